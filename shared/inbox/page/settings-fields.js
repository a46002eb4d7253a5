// Custom fields of cases: scripts and rules set and ask them, agents see them.
import { el, keep } from "/page/dom.js";
import { t, languages } from "/page/words.js";
import { call, get } from "/page/api.js";
import { form, input, pick, tick } from "/page/settings-form.js";

export async function show(node) {
	draw(node, await get("/guichet/fields"));
}

function draw(node, set) {
	const rows = [...set.fields.map((f) => ({ ...f, kept: true })), ...(set.fields.length < 20 ? [{ name: "", type: "string", label: {} }] : [])];
	const row = (f, i) => el("fieldset.field", {}, el("legend", {}, f.name || t("set.fields.new")),
		el("div.row", {}, labelled(t("set.fields.name"), input(`name-${i}`, f.name, { maxlength: "30", readonly: f.kept, "aria-describedby": "fields-hint" })),
			labelled(t("set.fields.type"), pick(`type-${i}`, f.type, ["string", "number", "bool", "date"].map((k) => [k, t(`set.fields.${k}`)]), { disabled: f.kept })),
			languages.map((l) => labelled(t("set.fields.label", { lang: l }), input(`label-${i}-${l}`, f.label?.[l], { maxlength: "60" }))),
			f.kept && labelled(t("set.fields.retired"), tick(`retired-${i}`, f.retired))));
	const save = async (v) => {
		const fields = rows.map((f, i) => ({
			name: f.kept ? f.name : v[`name-${i}`].trim(), type: f.kept ? f.type : v[`type-${i}`], retired: !!v[`retired-${i}`],
			label: Object.fromEntries(languages.map((l) => [l, v[`label-${i}-${l}`]]).filter(([, s]) => s)),
		})).filter((f) => f.name);
		draw(node, await call("PUT", "/guichet/fields", { fields, version: set.version }));
	};
	keep(node, el("p", {}, t("set.fields.what")), el("p.small", { id: "fields-hint" }, t("set.fields.hint")), form({ save, label: t("set.fields") }, rows.map(row)));
}

const labelled = (text, control) => el("label", {}, text, " ", control);
