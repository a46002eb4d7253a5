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

/** keep replaces the children of a node, and gives the focus back to the one with the same data-key or id. */
export function keep(parent, ...children) {
	const was = document.activeElement;
	const key = parent.contains(was) ? was.dataset.key || was.id : "";
	parent.replaceChildren(...children.flat(3).filter(Boolean));
	if (!key) return;
	const again = [...parent.querySelectorAll("[data-key],[id]")].find((n) => n.dataset.key === key || n.id === key);
	if (again && again !== document.activeElement) again.focus({ preventScroll: true });
}

/** say tells screen readers what happened. */
export function say(text) {
	$("live").textContent = "";
	setTimeout(() => { $("live").textContent = text; }, 50);
}
