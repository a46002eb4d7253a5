// The allow and block lists: whose mail is let through, and whose is kept apart.
import { el, keep } from "/page/dom.js";
import { t } from "/page/words.js";
import { call, get } from "/page/api.js";
import { area, field, form } from "/page/settings-form.js";

const path = "/guichet/lists";

export async function show(node) {
	const lists = await get(path);
	keep(node, el("p", {}, t("set.lists.what"), " ", el("a", { href: "#/quarantine" }, t("set.lists.held"))), edit(lists));
}

function edit(lists) {
	const save = async (v, f) => {
		const now = await call("PUT", path, { ...v, version: lists.version });
		lists.version = now.version;
		for (const name of ["allow", "block"]) f.elements[name].value = now[name].join("\n");
		return t("set.lists.saved", { allow: now.allow.length, block: now.block.length });
	};
	return form({ save, label: t("set.lists") },
		field(t("set.lists.allow"), area("allow", lists.allow, { rows: "8" }), t("set.lists.entry")),
		field(t("set.lists.block"), area("block", lists.block, { rows: "8" }), t("set.lists.entry")));
}
