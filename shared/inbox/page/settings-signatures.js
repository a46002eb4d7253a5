// Signatures, and who has which: a user has one at most.
import { el, keep } from "/page/dom.js";
import { t } from "/page/words.js";
import { call, get } from "/page/api.js";
import { attempt, known, name as nameOf, personField, state } from "/page/main.js";
import { area, ask, field, form, input, table } from "/page/settings-form.js";

const path = "/guichet/signatures";

export async function show(node, rest, link) {
	const all = await get(path);
	const name = nameOf;
	if (!rest) {
		return keep(node, el("p", {}, t("set.signatures.what")),
			table(t("set.signatures"), [t("set.templates.name"), t("set.signatures.users")], all.map((x) => [el("a", { href: link(x.id) }, x.name), x.users.slice(0, 20).map(name).join(", ") + (x.users.length > 20 ? " …" : "")])),
			el("p", {}, el("a.button", { href: link("new"), id: "signature-new" }, t("set.signatures.new"))));
	}
	const sig = rest === "new" ? { users: [] } : all.find((x) => x.id === rest) || { users: [] };
	const strangers = sig.users.filter((id) => !state.users.has(id)).slice(0, 100);
	if (strangers.length) await known(`ids=${encodeURIComponent(strangers.join(","))}`);
	const people = el("div"), draw = () => keep(people, users(sig, all, name));
	const add = (e) => {
		e.preventDefault();
		looked.add(document.getElementById("signer").value.trim());
		draw();
	};
	draw();
	keep(node, edit(sig, link), sig.id && state.many && el("form.row", { onsubmit: add }, personField("signer", t("set.signatures.find")), el("button", { type: "submit" }, t("set.signatures.show"))), sig.id && people);
}

function edit(sig, link) {
	const save = async (v) => {
		const out = await call(sig.id ? "PUT" : "POST", sig.id ? `${path}/${sig.id}` : path, { ...v, version: sig.version });
		if (!sig.id) location.hash = link(out.id);
		sig.version = out.version;
		return t("set.saved");
	};
	const drop = sig.id && el("button", { type: "button", onclick: async () => {
		if (await ask(t("set.signatures.drop", { name: sig.name }), t("set.delete"))) { await call("DELETE", `${path}/${sig.id}`); location.hash = link(""); }
	} }, t("set.delete"));
	return [el("p", {}, el("a", { href: link("") }, "← ", t("set.signatures"))), form({ save, more: drop, label: t("set.signatures") },
		field(t("set.templates.name"), input("name", sig.name, { maxlength: "60" })),
		field(t("set.signatures.text"), area("text", sig.text, { rows: "5" }), t("set.signatures.text.hint")),
		field(t("set.signatures.html"), area("html", sig.html, { rows: "6", spellcheck: "false" }), t("set.signatures.html.hint")))];
}

/** shown are the people to be ticked: all, or, where there are very many, those who have the signature and those who were looked for. */
const shown = (sig) => [...state.users.values()].filter((u) => u.id && (!state.many || sig.users.includes(u.incontactId) || looked.has(u.incontactId)));
const looked = new Set();

/** users are ticked one by one: each tick counts at once, and takes the user from the signature that he had. */
function users(sig, all, name) {
	const said = el("p.state", { role: "status" });
	const other = (id) => all.find((x) => x.id !== sig.id && x.users.includes(id));
	return el("fieldset", {}, el("legend", {}, t("set.signatures.users")), el("p.small", {}, t("set.signatures.users.hint")),
		shown(sig).map((u) => {
			const box = el("input", { type: "checkbox", checked: sig.users.includes(u.incontactId), onchange: async () => {
				try {
					await call(box.checked ? "PUT" : "DELETE", `${path}/${sig.id}/users/${encodeURIComponent(u.incontactId)}`);
					said.textContent = t("set.saved");
				} catch (err) {
					box.checked = !box.checked;
					said.textContent = err.message;
				}
			} });
			const had = other(u.incontactId);
			return el("label.check", {}, box, " ", name(u.incontactId), had && el("span.small", {}, " ", t("set.signatures.has", { name: had.name })));
		}), said);
}
