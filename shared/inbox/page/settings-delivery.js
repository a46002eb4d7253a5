// How the tenant routes, beyond what each skill says.
import { el, keep } from "/page/dom.js";
import { t } from "/page/words.js";
import { call, get } from "/page/api.js";
import { field, form, input, number, pick, tick } from "/page/settings-form.js";

const path = "/guichet/routing";

export async function show(node) {
	const r = await get(path);
	const after = field(t("set.delivery.after"), number("leave_after", r.leave_after ? r.leave_after / 60 : "", { min: "1", max: "87600" }));
	after.hidden = r.leave !== "later";
	const leave = pick("leave", r.leave, ["keep", "later", "return"].map((w) => [w, t(`set.delivery.leave.${w}`)]), { onchange: (e) => { after.hidden = e.target.value !== "later"; } });
	const state = el("div", { role: "status" });
	const listing = (now) => keep(state, now.listing && el("p", {}, t("set.delivery.listing", { n: String(now.listing.agentsSeen), skills: now.listing.skills.join(", ") })));
	const save = async (v) => { listing(await call("PUT", path, { ...v, leave_after: v.leave === "later" ? (v.leave_after || 0) * 60 : 0 })); };
	listing(r);
	keep(node, el("p", {}, t("set.delivery.what")), state, form({ save, label: t("set.delivery") },
		field(t("set.delivery.leave"), leave), after,
		field(t("set.delivery.voice"), tick("voice_blocks_digital", r.voice_blocks_digital), t("set.delivery.voice.hint")),
		field(t("set.delivery.static"), tick("static_delivery", r.static_delivery), t("set.delivery.static.hint")),
		field(t("set.delivery.pattern"), input("skill_name_pattern", r.skill_name_pattern, { maxlength: "200" }), t("set.delivery.pattern.hint"))));
}
