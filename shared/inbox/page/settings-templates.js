// Brand templates: HTML around what agents write, shown as it is sent while it is written, and which channel uses which.
import { el, keep } from "/page/dom.js";
import { t } from "/page/words.js";
import { call, get, ticket } from "/page/api.js";
import { area, ask, field, form, input, number, pick, table, tick } from "/page/settings-form.js";

const path = "/guichet/templates";

export async function show(node, rest, link) {
	const all = await get(path);
	if (rest) return keep(node, edit(rest === "new" ? {} : all.find((x) => x.id === rest) || {}, node, link));
	const channels = (await get("/dfo/3.0/channels")).filter((c) => !c.isDeleted);
	const composing = await Promise.all(channels.map((c) => get(`/guichet/channels/${encodeURIComponent(c.id)}/composing`).catch(() => null)));
	keep(node, el("p", {}, t("set.templates.what")),
		table(t("set.templates"), [t("set.templates.name"), t("set.templates.used"), t("set.templates.state")], all.map((x) => [
			el("a", { href: link(x.id) }, x.name), x.channels.join(", "), t(x.active ? "set.templates.on" : "set.templates.off")])),
		el("p", {}, el("a.button", { href: link("new"), id: "template-new" }, t("set.templates.new"))),
		el("h3", {}, t("set.composing")),
		channels.map((c, i) => composing[i] && perChannel(c, composing[i], all)));
}

/** perChannel sets the template of a channel, and for how long an answer can be taken back. */
function perChannel(c, now, all) {
	const save = (v) => call("PUT", `/guichet/channels/${encodeURIComponent(c.id)}/composing`, { templateId: v.templateId, undoSeconds: v.undoSeconds || 0 }).then(() => t("set.saved"));
	return form({ save, label: c.name }, el("h4", {}, c.name),
		field(t("set.composing.template"), pick("templateId", now.templateId, [["", t("set.templates.none")], ...all.map((x) => [x.id, x.name])], { id: `tpl-${c.id}` })),
		field(t("set.composing.undo"), number("undoSeconds", now.undoSeconds, { min: "0", max: "60", id: `undo-${c.id}` }), t("set.composing.undo.hint")));
}

const sample = `<div style="max-width:640px;font-family:sans-serif">\n  {{body}}\n  {{signature}}\n  <hr>\n  <p style="color:#667;font-size:12px">{{channel.display}} · {{case.ticket}}</p>\n  {{quote}}\n</div>\n`;

function edit(tpl, node, link) {
	const frame = el("iframe.mail", { sandbox: "", title: t("set.templates.preview"), referrerpolicy: "no-referrer" }), said = el("p.bad", { role: "status" });
	const save = async (v) => {
		const out = await call(tpl.id ? "PUT" : "POST", tpl.id ? `${path}/${tpl.id}` : path, { ...v, version: tpl.version });
		if (!tpl.id) location.hash = link(out.id);
		tpl = out;
		return t("set.saved");
	};
	const drop = tpl.id && el("button", { type: "button", onclick: async () => {
		if (!await ask(t("set.templates.drop", { name: tpl.name }), t("set.delete"))) return;
		try { await call("DELETE", `${path}/${tpl.id}`); location.hash = link(""); } catch (err) { said.textContent = err.message; }
	} }, t("set.delete"));
	const f = form({ save, more: drop, label: t("set.templates") },
		field(t("set.templates.name"), input("name", tpl.name, { maxlength: "60" })),
		field(t("set.templates.rules"), area("rules", tpl.rules ?? sample, { rows: "18", spellcheck: "false" }), t("set.templates.rules.hint")),
		field(t("set.templates.direction"), pick("direction", tpl.direction, [["ltr", t("set.templates.ltr")], ["rtl", t("set.templates.rtl")]])),
		field(t("set.templates.active"), tick("active", tpl.active ?? true)));
	let timer = 0;
	const look = async () => {
		try {
			const out = await call("POST", `${path}/preview`, { rules: f.elements.rules.value, direction: f.elements.direction.value });
			said.textContent = "";
			frame.src = await ticket(out.frame);
		} catch (err) {
			said.textContent = err.message;
		}
	};
	f.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 600); });
	look();
	return [el("p", {}, el("a", { href: link("") }, "← ", t("set.templates"))), f, el("h3", {}, t("set.templates.preview")), said, frame];
}
