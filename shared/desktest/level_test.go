package desktest

func init() {
	setting = append(setting, "level", "calendar", "days")
	doing = append(doing, "apply", "feed", "accept", "reject")
}
