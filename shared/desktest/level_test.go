package desktest

func init() {
	setting = append(setting, "level")
	doing = append(doing, "apply", "accept", "reject")
}
