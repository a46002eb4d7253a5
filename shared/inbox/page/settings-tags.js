// Tags: the words that cases carry and settings may name.
import { el, keep } from "/page/dom.js";
import { t } from "/page/words.js";
import { api, call, get } from "/page/api.js";
import { attempt } from "/page/main.js";
import { ask, field, form, input, table } from "/page/settings-form.js";

const path = (id) => `${api}/tags/${encodeURIComponent(id)}`;

export async function show(node, rest, link) {
	const all = await get(`${api}/tags`), tag = rest && rest !== "new" && all.find((g) => g.id === rest);
	if (rest === "new" || tag) return edit(node, tag || { id: "", title: "", color: "#5b6470" }, link);
	const remove = async (g) => {
		if (!await ask(t("set.tags.delete.sure", { tag: g.title }), t("set.delete"))) return;
		await attempt(() => call("DELETE", path(g.id)), t("done"));
		await show(node, "", link);
	};
	keep(node, el("p", {}, t("set.tags.what")), el("p.row", {}, el("a", { href: link("new"), "data-key": "new" }, t("set.tags.new"))),
		table(t("set.tags"), [t("set.tags.title"), t("set.tags.id"), t("set.tags.do")], all.map((g) => [
			g.version ? el("a", { href: link(g.id), "data-key": `tag-${g.id}` }, g.title) : g.title, g.id,
			g.version ? el("button", { "data-key": `del-${g.id}`, "aria-label": t("set.delete.of", { name: g.title }), onclick: () => remove(g) }, t("set.delete")) : el("span.small", {}, t("set.tags.house"))])));
}

function edit(node, g, link) {
	const save = async (v) => {
		if (g.version) await call("PUT", path(g.id), { title: v.title, color: v.color, version: g.version });
		else await call("POST", `${api}/tags`, { id: v.id, title: v.title, color: v.color });
		location.hash = link("");
	};
	keep(node, el("p", {}, el("a", { href: link("") }, "← ", t("set.tags"))), el("h3", {}, g.version ? g.title : t("set.tags.new")),
		form({ save, label: t("set.tags") },
			!g.version && field(t("set.tags.id"), input("id", "", { required: true, maxlength: "30" }), t("set.tags.id.hint")),
			field(t("set.tags.title"), input("title", g.title, { maxlength: "60" })),
			field(t("set.tags.color"), input("color", g.color, { type: "color" }))));
}
