// Campaigns: what skills belong to.
import { el, keep } from "/page/dom.js";
import { t } from "/page/words.js";
import { call, get } from "/page/api.js";
import { ask, field, form, input, table } from "/page/settings-form.js";

const path = "/guichet/campaigns";

export async function show(node, rest, link) {
	const list = await get(path);
	if (!rest) {
		return keep(node, el("p", {}, t("set.campaigns.what")), el("p", {}, el("a.button", { href: link("new") }, t("set.campaigns.new"))),
			table(t("set.campaigns"), [t("set.routing.name"), t("set.routing.id")], list.map((c) => [el("a", { href: link(c.id) }, c.name), c.id]), t("set.campaigns.none")));
	}
	const one = rest === "new" ? { name: "", version: 0 } : list.find((c) => c.id === rest);
	keep(node, one ? edit(one, link) : el("p.empty", {}, t("set.routing.gone")));
}

function edit(c, link) {
	const save = async (v) => {
		const now = await call(c.id ? "PUT" : "POST", c.id ? `${path}/${encodeURIComponent(c.id)}` : path, { name: v.name, version: c.version });
		if (!c.id) location.hash = link("");
		Object.assign(c, now);
	};
	const remove = c.id && el("button.bad", { type: "button", onclick: async () => {
		if (!(await ask(t("set.routing.delete.sure", { name: c.name }), t("set.routing.delete")))) return;
		await call("DELETE", `${path}/${encodeURIComponent(c.id)}`);
		location.hash = link("");
	} }, t("set.routing.delete"));
	return form({ save, label: c.name || t("set.campaigns.new"), more: remove }, field(t("set.routing.name"), input("name", c.name, { maxlength: "30", required: true }), t("set.routing.name.hint")));
}
