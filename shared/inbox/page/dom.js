// Nodes from values. Text stays text: nothing here reads HTML.

/** el("a.tile", {href, onclick}, ...children): children are nodes, strings, or nothing. */
export function el(what, props, ...children) {
	const [tag, ...classes] = what.split(".");
	const node = document.createElement(tag);
	if (classes.length) node.className = classes.join(" ");
	for (const [k, v] of Object.entries(props || {})) {
		if (v === undefined || v === null || v === false) continue;
		if (k.startsWith("on")) node.addEventListener(k.slice(2), v);
		else if (k === "value" || k === "checked" || k === "disabled" || k === "hidden") node[k] = v;
		else node.setAttribute(k, v === true ? "" : v);
	}
	node.append(...children.flat(3).filter((c) => c !== undefined && c !== null && c !== false && c !== ""));
	return node;
}

export const $ = (id) => document.getElementById(id);

const reach = "a[href],button:not(:disabled),input:not(:disabled),select:not(:disabled),textarea,summary,[tabindex]";

/** first is the first in a node that can have the focus. */
const first = (node) => [...node.querySelectorAll(reach)].find((n) => n.checkVisibility());

/** hold has a button wait while its work is done: unlike a disabled one it keeps the focus. */
export const hold = (button, on) => (on ? button.setAttribute("aria-disabled", "true") : button.removeAttribute("aria-disabled"));
export const held = (button) => button.hasAttribute("aria-disabled");

/**
 * keep replaces the children of a node, and gives the focus back to the one with the same data-key or id. If that is gone, the focus goes to what is nearest:
 * within the smallest part around it that is still there, else within the node, else to what is around the node.
 */
export function keep(parent, ...children) {
	const was = document.activeElement, held = parent.contains(was) && was !== parent, keys = [];
	for (let n = was; held && n !== parent; n = n.parentElement) if (n.dataset.key || n.id) keys.push(n.dataset.key || n.id);
	parent.replaceChildren(...children.flat(3).filter(Boolean));
	if (!held) return;
	const typing = was.matches("input[type=text],input[type=search]") && was.value;
	const all = [...parent.querySelectorAll("[data-key],[id]")];
	for (const key of keys) {
		const n = all.find((x) => (x.dataset.key || x.id) === key), to = n?.matches(reach) ? n : n && first(n);
		if (!to) continue;
		if (typing && key === (was.dataset.key || was.id) && to !== was) {
			to.value = was.value;
			to.setSelectionRange(was.selectionStart, was.selectionEnd);
		}
		return to === document.activeElement || to.focus({ preventScroll: true });
	}
	(first(parent) || parent.closest("[tabindex]"))?.focus({ preventScroll: true });
}

/** say tells screen readers what happened. */
export function say(text) {
	$("live").textContent = "";
	setTimeout(() => { $("live").textContent = text; }, 50);
}
