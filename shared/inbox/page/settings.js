// The settings: a list of panels on the left, the open one on the right. Fetched when somebody who may configure opens it; agents never load it.
import { $, el, keep } from "/page/dom.js";
import { t, learn } from "/page/words.js";
import { state, attempt } from "/page/main.js";

// Add a panel with one line: its name. #/settings/<name> then opens page/settings-<name>.js, which exports
//   show(node, rest, link)   fills node; rest is what follows the name in the address ("" or "support"), link(rest) the address of a part of it.
// Its title is the text "set.<name>" of page/en-<area>.json and fr-<area>.json. All texts whose key begins with "set." are fetched with the settings alone.
// Forms and tables: settings-form.js. Files of a panel begin with "settings-".
const panels = [
	// what is written to, and what is thrown out
	"channels",
	"boxes",
	"domains",
	"roles",
	"tags",
	"lists",
	// people and queues
	"skills",
	"agents",
	"queues",
	"campaigns",
	"delivery",
	// scripts and rules
	"scripts",
	"rules",
	"fields",
	// service levels
	"levels",
	"calendars",
	// texts and brand
	"templates",
	"signatures",
	// sending
	"relays",
	"suppressed",
	// forms and the rest
	"forms",
	"export",
];

let open = "", shown = "";

/** showSettings draws the panel that the address names: "channels/support" of #/settings/channels/support. */
export async function showSettings(address) {
	await Promise.all([learn("settings"), style()]);
	const [panel, ...rest] = address.split("/");
	const known = panels.includes(panel), another = shown !== address;
	shown = address;
	open = known ? panel : innerWidth < 700 ? "" : panels[0];
	document.body.dataset.open = known ? "case" : "list";
	if ($("main").className !== "settings") frame();
	drawList();
	if (!open) return $("panels").querySelector("a")?.focus();
	await show(open, rest.map(decodeURIComponent).join("/"), known && (another || document.activeElement === document.body));
}

function style() {
	if ($("settings-style")) return null;
	return new Promise((done) => document.head.append(el("link", { id: "settings-style", rel: "stylesheet", href: "/page/settings.css", onload: done, onerror: done })));
}

function frame() {
	$("main").className = "settings";
	$("main").replaceChildren(el("nav", { id: "panels", "aria-label": t("set.panels") }), el("section", { id: "panel", "aria-label": t("view.settings") }));
}

function drawList() {
	keep($("panels"), el("h2", {}, t("view.settings")),
		el("ul", {}, panels.map((p) => el("li", {}, el("a", { href: `#/settings/${p}`, "data-key": `panel-${p}`, "aria-current": open === p ? "page" : null }, t(`set.${p}`))))));
}

async function show(panel, rest, focus) {
	const node = el("div.panel", { "data-panel": panel, "data-rest": rest });
	const page = await attempt(async () => {
		const m = await import(`/page/settings-${panel}.js`);
		await m.show(node, rest, (more) => `#/settings/${panel}${more ? "/" + more.split("/").map(encodeURIComponent).join("/") : ""}`);
		return m;
	});
	if (!page || state.view !== "settings" || !$("panel") || open !== panel) return;
	keep($("panel"), el("a.back", { href: "#/settings", "data-key": "back-settings" }, "← ", t("view.settings")), el("h2", { tabindex: "-1", id: "panel-title" }, t(`set.${panel}`)), node);
	if (focus) $("panel-title").focus();
}

/** settingsKey gives what a key does here: j and k walk the panels. */
export function settingsKey(key) {
	const step = { j: 1, k: -1 }[key];
	if (!step) return null;
	return () => {
		const links = [...$("panels").querySelectorAll("a")], at = links.indexOf(document.activeElement);
		links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
	};
}
