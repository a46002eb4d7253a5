// What is told outside of what happens: nothing, that it happened, or also what people wrote.
import { el, keep } from "/page/dom.js";
import { t } from "/page/words.js";
import { call, get } from "/page/api.js";
import { field, form, tick } from "/page/settings-form.js";

const path = "/guichet/export";

export async function show(node) {
	const now = await get(path);
	const save = async (v) => {
		Object.assign(now, await call("PUT", path, { ...v, version: now.version }));
		return t(now.enabled ? "set.export.on" : "set.export.off");
	};
	keep(node, el("p", {}, t("set.export.what")),
		form({ save, label: t("set.export") },
			field(t("set.export.enabled"), tick("enabled", now.enabled), t("set.export.enabled.hint")),
			field(t("set.export.words"), tick("words", now.words), t("set.export.words.hint"))),
		el("details", {}, el("summary", {}, t("set.export.events", { n: now.events.length })), el("ul", {}, now.events.map((e) => el("li", {}, el("code", {}, e))))));
}
