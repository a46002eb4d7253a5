// The custom fields of a case: what it has, and what an agent may change.
import { el, keep, say } from "/page/dom.js";
import { t } from "/page/words.js";
import { call } from "/page/api.js";

/** showFields draws the fields; set(values) is called with what the house says they are after a change. */
export function showFields(node, id, list, may, fail) {
	const change = async (f, value) => {
		try {
			const now = await call("PUT", `/guichet/contacts/${encodeURIComponent(id)}/custom-fields`, { [f.ident]: value });
			say(t("done"));
			showFields(node, id, now, may, fail);
		} catch (err) { fail(err); }
	};
	keep(node, el("dl.fields", {}, list.map((f) => [el("dt", {}, el("label", { for: `cf-${f.ident}` }, f.label)), el("dd", {}, may ? control(f, change) : el("span", { id: `cf-${f.ident}` }, text(f)))])));
}

const text = (f) => (f.value === null ? "–" : f.type === "bool" ? t(f.value ? "fields.yes" : "fields.no") : String(f.value));

function control(f, change) {
	const common = { id: `cf-${f.ident}`, "data-key": `cf-${f.ident}` };
	if (f.type === "bool") {
		return el("select", { ...common, onchange: (e) => change(f, { "": null, true: true, false: false }[e.target.value]) },
			[["", "–"], ["true", t("fields.yes")], ["false", t("fields.no")]].map(([v, say]) => el("option", { value: v, selected: v === String(f.value ?? "") }, say)));
	}
	const type = { number: "number", date: "date" }[f.type] || "text";
	return el("input", { ...common, type, step: "any", maxlength: "200", value: f.value ?? "", onchange: (e) => change(f, e.target.value === "" ? null : type === "number" ? Number(e.target.value) : e.target.value) });
}
