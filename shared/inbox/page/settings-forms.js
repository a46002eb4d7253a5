// Contact forms of web sites: a list, one form's settings, and the HTML to copy into a page.
import { el, keep } from "/page/dom.js";
import { t } from "/page/words.js";
import { call, get } from "/page/api.js";
import { state } from "/page/main.js";
import { area, ask, copier, field, fold, form, input, number, pick, table, tick } from "/page/settings-form.js";

const path = "/guichet/forms";

export async function show(node, rest, link) {
	const forms = await get(path);
	if (!rest) return keep(node, el("p", {}, t("set.forms.what")), el("p", {}, el("a.button", { href: link("new") }, t("set.forms.new"))), overview(forms, link));
	const one = rest === "new" ? blank() : forms.find((f) => f.id === rest);
	if (!one) return keep(node, el("p.empty", {}, t("set.forms.gone")));
	keep(node, edit(one, link), one.id ? el("section", { "aria-label": t("set.forms.html") }, snippet(one)) : "");
}

const blank = () => ({
	id: "", name: "", channelId: [...state.channels.keys()][0], enabled: true, origins: [], custom: [], thanks: "", min_seconds: 0, per_hour: 0, files: false, acknowledge: false, version: 0,
	fields: { email: "email", name: "name", subject: "subject", text: "message", trap: "website" },
});

function overview(forms, link) {
	const rows = forms.map((f) => [el("a", { href: link(f.id) }, f.name), state.channels.get(f.channelId)?.name || f.channelId, f.origins.join(", "), t(f.enabled ? "set.forms.on" : "set.forms.off")]);
	return table(t("set.forms"), [t("set.forms.name"), t("set.forms.channel"), t("set.forms.origins"), t("set.forms.state")], rows, t("set.forms.none"));
}

/** "order: Order number *" is the field order with that label, which must be filled in. */
const customLines = (list) => list.map((c) => `${c.field}: ${c.label}${c.required ? " *" : ""}`);
function customOf(lines) {
	return lines.map((line) => {
		const [name, ...label] = line.split(":"), text = label.join(":").trim();
		return { field: name.trim(), label: text.replace(/\s*\*$/, "") || name.trim(), required: /\*$/.test(text) };
	});
}

function edit(f, link) {
	const save = async (v) => {
		const body = {
			name: v.name, channelId: v.channelId, enabled: v.enabled, origins: v.origins, thanks: v.thanks, custom: customOf(v.custom), min_seconds: v.min_seconds || 0, per_hour: v.per_hour || 0,
			files: v.files, acknowledge: v.acknowledge, version: f.version, fields: Object.fromEntries(["email", "name", "subject", "text", "trap"].map((k) => [k, v[`fields.${k}`]])),
		};
		const now = await call(f.id ? "PUT" : "POST", f.id ? `${path}/${f.id}` : path, body);
		if (!f.id) { location.hash = link(now.id); return t("set.saved"); }
		Object.assign(f, now);
		document.querySelector(".snippet")?.replaceWith(snippet(f));
		return t("set.saved");
	};
	const remove = f.id && el("button.bad", { type: "button", onclick: async () => {
		if (!(await ask(t("set.forms.delete.sure", { name: f.name }), t("set.forms.delete")))) return;
		await call("DELETE", `${path}/${f.id}`);
		location.hash = link("");
	} }, t("set.forms.delete"));
	const named = (k) => field(t(`set.forms.field.${k}`), input(`fields.${k}`, f.fields[k], { maxlength: "60" }), k === "trap" ? t("set.forms.trap.hint") : "");
	return form({ save, label: f.name || t("set.forms.new"), more: remove },
		field(t("set.forms.name"), input("name", f.name, { maxlength: "100", required: true }), t("set.forms.name.hint")),
		field(t("set.forms.channel"), pick("channelId", f.channelId, [...state.channels.values()].map((c) => [c.id, c.name]))),
		field(t("set.forms.enabled"), tick("enabled", f.enabled)),
		field(t("set.forms.origins"), area("origins", f.origins, { rows: "3", placeholder: "https://www.example.org" }), t("set.forms.origins.hint")),
		fold(t("set.forms.fields"), false, ["email", "name", "subject", "text", "trap"].map(named), field(t("set.forms.custom"), area("custom", customLines(f.custom), { rows: "4" }), t("set.forms.custom.hint"))),
		fold(t("set.forms.more"), false,
			field(t("set.forms.thanks"), input("thanks", f.thanks, { type: "url" }), t("set.forms.thanks.hint")),
			field(t("set.forms.files"), tick("files", f.files)),
			field(t("set.forms.ack"), tick("acknowledge", f.acknowledge), t("set.forms.ack.hint")),
			field(t("set.forms.hour"), number("per_hour", f.per_hour, { min: "0", max: "10000" }), t("set.forms.hour.hint")),
			field(t("set.forms.seconds"), number("min_seconds", f.min_seconds, { min: "0", max: "600" }), t("set.forms.seconds.hint"))));
}

const attr = (s) => String(s).replace(/[&"<>]/g, (c) => ({ "&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;" })[c]);

/** html is a form that works without script; the trap stands outside of the screen and of the way of the keyboard. */
export function html(f, base) {
	const n = f.fields, line = (label, control) => `  <p><label>${attr(label)}<br>${control}</label></p>\n`;
	return `<form action="${attr(base)}/forms/${attr(f.id)}" method="post"${f.files ? ' enctype="multipart/form-data"' : ""} accept-charset="utf-8">\n`
		+ (n.name ? line(t("set.forms.html.name"), `<input name="${attr(n.name)}" autocomplete="name" maxlength="200">`) : "")
		+ line(t("set.forms.html.email"), `<input name="${attr(n.email)}" type="email" autocomplete="email" maxlength="300" required>`)
		+ (n.subject ? line(t("set.forms.html.subject"), `<input name="${attr(n.subject)}" maxlength="200">`) : "")
		+ f.custom.map((c) => line(c.label, `<input name="${attr(c.field)}" maxlength="500"${c.required ? " required" : ""}>`)).join("")
		+ line(t("set.forms.html.text"), `<textarea name="${attr(n.text)}" rows="8" cols="60" required></textarea>`)
		+ (f.files ? line(t("set.forms.html.files"), '<input name="files" type="file" multiple>') : "")
		+ (n.trap ? `  <p hidden><label>${attr(t("set.forms.html.trap"))}<input name="${attr(n.trap)}" tabindex="-1" autocomplete="off"></label></p>\n` : "")
		+ `  <p><button>${attr(t("set.forms.html.send"))}</button></p>\n</form>`;
}

function snippet(f) {
	const text = html(f, location.origin);
	return el("div.snippet", {}, el("h3", {}, t("set.forms.html")), el("p.small", {}, t(f.min_seconds ? "set.forms.html.token" : "set.forms.html.hint", { field: "_guichet_token", path: `${location.origin}${f.path}` })),
		el("pre.code", { tabindex: "0", "aria-label": t("set.forms.html") }, text), copier(text, t("set.forms.html")));
}
