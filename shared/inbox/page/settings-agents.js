// Agents: one role, a limit, skills with a proficiency each.
import { el, keep } from "/page/dom.js";
import { t } from "/page/words.js";
import { call, get } from "/page/api.js";
import { area, field, form, input, number, pick, table, tick } from "/page/settings-form.js";

const path = "/guichet/agents", enc = encodeURIComponent;

export async function show(node, rest, link) {
	if (!rest) return overview(node, link);
	const [skills, roles] = await Promise.all([get("/guichet/skills"), get("/guichet/roles").catch(() => [])]);
	const one = rest === "new" ? { name: "", limit: 5, skills: {}, app: "max", role: "agent" } : await get(`${path}/${enc(rest)}`);
	keep(node, edit(one, skills, Array.isArray(roles) ? roles : roles.data || [], link));
}

async function overview(node, link) {
	const all = [], heads = ["set.routing.name", "set.agents.role", "presence", "set.agents.load", "set.agents.skills"].map((w) => t(w));
	let token = "";
	const more = async () => {
		const page = await get(`${path}?size=50&scrollToken=${enc(token)}`);
		all.push(...page.data);
		token = page.scrollToken;
		const rows = all.map((a) => [el("a", { href: link(a.id) }, a.name), a.role, t(`presence.${a.status}`), `${a.load} / ${a.limit}`, lines(a.skills).join(", ")]);
		keep(node, el("p", {}, t("set.agents.what")), el("p", {}, el("a.button", { href: link("new") }, t("set.agents.new"))), table(t("set.agents"), heads, rows),
			token && el("button", { "data-key": "more", onclick: more }, t("more")));
	};
	await more();
}

const lines = (skills) => Object.entries(skills).map(([k, n]) => `${k}: ${n}`);

function skillsOf(list) {
	const out = {};
	for (const line of list) {
		const at = line.lastIndexOf(":"), name = (at < 0 ? line : line.slice(0, at)).trim();
		out[name] = at < 0 ? 1 : Number(line.slice(at + 1)) || 0;
	}
	return out;
}

function edit(a, skills, roles, link) {
	const save = async (v) => {
		const body = { name: v.name, email: v.email, role: v.role, limit: v.limit || 0, app: v.app, digital: v.digital, skills: skillsOf(v.skills), version: a.version, settings: a.settings };
		if (!a.id) body.id = v.id;
		const now = await call(a.id ? "PATCH" : "POST", a.id ? `${path}/${enc(a.id)}` : path, body);
		if (!a.id) location.hash = link(now.id);
		Object.assign(a, now);
	};
	const role = roles.length ? pick("role", a.role, roles.map((r) => [r.id, r.name || r.id])) : input("role", a.role);
	return form({ save, label: a.name || t("set.agents.new") },
		!a.id && field(t("set.routing.id"), input("id", "", { maxlength: "40", required: true }), t("set.agents.id.hint")),
		field(t("set.routing.name"), input("name", a.name, { maxlength: "100", required: true })),
		field(t("set.agents.email"), input("email", a.email, { type: "email" }), t("set.agents.email.hint")),
		field(t("set.agents.role"), role, t("set.agents.role.hint")),
		field(t("set.agents.limit"), number("limit", a.limit, { min: "0", max: "10000" }), t("set.agents.limit.hint")),
		field(t("set.agents.skills"), area("skills", lines(a.skills), { rows: "5" }), t("set.agents.skills.hint", { all: skills.map((k) => k.id).join(", ") })),
		field(t("set.agents.app"), pick("app", a.app, [["max", "MAX"], ["agent", "Agent"], ["sfa-classic", "SFA Classic"]]), t("set.agents.app.hint")),
		field(t("set.agents.digital"), tick("digital", a.digital), t("set.agents.digital.hint")));
}
