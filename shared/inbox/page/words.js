// The texts, in the language of the reader: one JSON file for each.
let words = { "error.network": "The house does not answer. The page tries again by itself. / La maison ne répond pas. La page réessaie d’elle-même." };
const learnt = new Map();
export let lang = "en";
export const languages = ["en", "fr"];

export async function speak(code) {
	lang = languages.includes(code) ? code : "en";
	words = await fetch(`/page/${lang}.json`).then((r) => r.json()).catch(() => { throw new Error(t("error.network")); });
	document.documentElement.lang = lang;
	const areas = [...learnt.keys()];
	learnt.clear();
	await Promise.all(areas.map(learn));
}

/** learn fetches the texts of an area that few open, once. */
export function learn(area) {
	if (!learnt.has(area)) learnt.set(area, fetch(`/page/${area}-${lang}.json`).then((r) => r.json()).then((more) => { Object.assign(words, more); }));
	return learnt.get(area);
}

/** t says a key; {name} in its text is replaced by vars.name. */
export function t(key, vars) {
	const text = words[key] ?? key;
	return vars ? text.replace(/\{(\w+)\}/g, (_, k) => vars[k] ?? "") : text;
}

export const has = (key) => key in words;

const formats = {};
function format(name, options) {
	const key = lang + name;
	return formats[key] ||= new Intl.DateTimeFormat(lang === "fr" ? "fr-FR" : "en-GB", options);
}

/** when says a time briefly: the hour today, else the day. */
export function when(iso) {
	const d = new Date(iso), now = new Date();
	if (d.toDateString() === now.toDateString()) return format("h", { hour: "2-digit", minute: "2-digit" }).format(d);
	const year = d.getFullYear() === now.getFullYear() ? undefined : "numeric";
	return format("d" + year, { day: "numeric", month: "short", year, hour: "2-digit", minute: "2-digit" }).format(d);
}

export const full = (iso) => format("f", { dateStyle: "full", timeStyle: "medium" }).format(new Date(iso));

/** span says a duration in its two largest units. */
export function span(ms) {
	const min = Math.max(0, Math.round(ms / 60000));
	const d = Math.floor(min / 1440), h = Math.floor((min % 1440) / 60), m = min % 60;
	const parts = [[d, "unit.d"], [h, "unit.h"], [m, "unit.m"]].filter(([n]) => n > 0).slice(0, 2);
	return parts.length ? parts.map(([n, u]) => `${n} ${t(u)}`).join(" ") : `0 ${t("unit.m")}`;
}

export function size(bytes) {
	if (bytes < 1024) return `${bytes} B`;
	const k = bytes / 1024;
	return k < 1024 ? `${Math.ceil(k)} KB` : `${(k / 1024).toFixed(1)} MB`;
}
