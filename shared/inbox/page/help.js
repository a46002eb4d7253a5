// The keys, and the switch that turns them off for who dictates or types with one finger.
import { el } from "/page/dom.js";
import { t } from "/page/words.js";

export const keysOn = () => localStorage.getItem("guichet.keys") !== "off";

const keys = ["j k", "Enter", "r", "n", "z", "c", "Ctrl Enter", "e", "a", "u", "t", "m", "J K", "y", "x", "p", "h", "/", "g i", "g w", "g a", "g q", "g s", "g t", "Esc", "?"];

export function showHelp() {
	const d = el("dialog", { "aria-labelledby": "help-title" },
		el("h2", { id: "help-title" }, t("help.title")),
		el("dl", {}, keys.map((k) => [el("dt", {}, k.split(" ").map((x) => [el("kbd", {}, x), " "])), el("dd", {}, t(`key.${k.replace(" ", "-")}`))])),
		el("p", {}, el("label", {}, el("input", { type: "checkbox", checked: keysOn(), onchange: (e) => localStorage.setItem("guichet.keys", e.target.checked ? "on" : "off") }), " ", t("help.keys"))),
		el("p", {}, el("button.main", { onclick: () => d.close() }, t("close"))));
	d.addEventListener("close", () => d.remove());
	document.body.append(d);
	d.showModal();
}
