// Roles: who may do what on which channel, and which one role each person has.
import { el, keep } from "/page/dom.js";
import { t } from "/page/words.js";
import { api, call, get } from "/page/api.js";
import { attempt, known } from "/page/main.js";
import { ask, field, form, input, table } from "/page/settings-form.js";

const path = (id) => `/guichet/roles/${encodeURIComponent(id)}`;

export async function show(node, rest, link) {
	const roles = await get("/guichet/roles");
	return rest ? showOne(node, roles, rest, link) : showAll(node, roles, link);
}

async function showAll(node, roles, link) {
	const users = [], people = el("div");
	let token = "";
	const load = async () => {
		const page = await known(`size=50&scrollToken=${encodeURIComponent(token)}`);
		users.push(...page.data);
		token = page.scrollToken;
		keep(people, table(t("set.roles.people"), [t("set.roles.person"), t("set.roles.role")], users.map((u) => [u.firstName, give(u)])), token && el("button", { type: "button", "data-key": "more", onclick: () => attempt(load) }, t("more")));
	};
	const save = async (v) => {
		const r = await call("POST", "/guichet/roles", { name: v.name });
		location.hash = link(r.id);
	};
	const give = (u) => el("select", {
		"data-key": `role-${u.incontactId}`, "aria-label": t("set.roles.of", { name: u.firstName }),
		onchange: async (e) => {
			const ok = await attempt(() => call("PUT", `/guichet/users/${encodeURIComponent(u.incontactId)}/role`, { role: e.target.value }), t("set.saved"));
			if (ok === undefined) e.target.value = u.role;
			else u.role = e.target.value;
		},
	}, roles.data.map((r) => el("option", { value: r.id, selected: r.id === u.role }, r.name)));
	keep(node, el("p", {}, t("set.roles.what")),
		table(t("set.roles"), [t("set.roles.name"), t("set.roles.channels")], roles.data.map((r) => [el("a", { href: link(r.id), "data-key": `r-${r.id}` }, r.name), Object.keys(r.rights).map((c) => (c === "*" ? t("set.roles.all") : c)).join(", ")])),
		el("h3", {}, t("set.roles.new")), form({ save, submit: t("set.roles.make"), label: t("set.roles.new") }, field(t("set.roles.name"), input("name", "", { required: true, maxlength: "60" }))),
		el("h3", {}, t("set.roles.people")), people);
	await load();
}

/** showOne is the matrix of one role: a row for each channel, the first for all of them. What all channels have, each has. */
async function showOne(node, roles, id, link) {
	const role = roles.data.find((r) => r.id === id);
	if (!role) return keep(node, el("p.bad", {}, t("set.none")));
	const [channels, missing] = await Promise.all([get(`${api}/channels?settings=1&orderBy=name`), get(`${path(id)}/missing?for=email`)]);
	const lacks = Object.fromEntries(missing.data.map((m) => [m.channel, m.permissions]));
	const has = (ch, p) => (role.rights[ch] || []).includes(p);
	const cell = (ch, name, p) => el("input", {
		type: "checkbox", "data-key": `${ch}-${p}`, checked: has(ch, p) || ch !== "*" && has("*", p), disabled: ch !== "*" && has("*", p),
		"aria-label": t("set.roles.cell", { permission: t(`set.p.${p}`), channel: name }),
		onchange: async (e) => {
			const now = await attempt(() => call("PATCH", path(id), { channel: ch, permission: p, on: e.target.checked }), t("set.saved"));
			if (!now) { e.target.checked = !e.target.checked; return; }
			Object.assign(role, now);
			await showOne(node, roles, id, link);
		},
	});
	const remove = async () => {
		if (!await ask(t("set.roles.delete.sure", { name: role.name }), t("set.delete"))) return;
		if (await attempt(() => call("DELETE", path(id)), t("done")) !== undefined) location.hash = link("");
	};
	const rename = async (v) => { Object.assign(role, await call("PATCH", path(id), { name: v.name, version: role.version })); };
	const rows = [["*", t("set.roles.all")], ...channels.map((c) => [c.id, c.name || c.id])];
	const grid = table(t("set.roles.matrix", { name: role.name }), [t("set.roles.channel"), ...roles.permissions.map((p) => t(`set.p.${p}`)), t("set.roles.missing")],
		rows.map(([ch, name]) => [name, ...roles.permissions.map((p) => cell(ch, name, p)), el("span.small", {}, (lacks[ch] || []).length < 3 ? (lacks[ch] || []).map((p) => t(`set.p.${p}`)).join(", ") : "")]));
	grid.querySelector("table")?.classList.add("matrix");
	keep(node, el("p", {}, el("a", { href: link("") }, "← ", t("set.roles"))), el("h3", {}, role.name), el("p.small", {}, t("set.roles.matrix.hint")), grid,
		form({ save: rename, label: role.name }, field(t("set.roles.name"), input("name", role.name, { maxlength: "60" }))),
		el("p.row", {}, el("button", { "data-key": "delete", onclick: remove }, t("set.delete"))));
}
