package inbox

import "guichet/shared/guichet"

// The shapes of forms, exports, escalation and what else there is.

type formDTO struct {
	ID          string              `json:"id"`
	Name        string              `json:"name"`
	Channel     string              `json:"channelId"`
	Enabled     bool                `json:"enabled"`
	Fields      guichet.FormFields  `json:"fields"`
	Custom      []guichet.FormField `json:"custom"`
	Origins     []string            `json:"origins"`
	Thanks      string              `json:"thanks"`
	MinSeconds  int                 `json:"min_seconds"`
	PerHour     int                 `json:"per_hour"`
	Files       bool                `json:"files"`
	Acknowledge bool                `json:"acknowledge"`
	Path        string              `json:"path"` // where the form is sent to, below the house's own address
	Version     int64               `json:"version"`
}

func wireForm(f *guichet.Form) formDTO {
	out := formDTO{
		ID: string(f.ID), Name: f.Name, Channel: string(f.Channel), Enabled: f.Enabled, Fields: f.Fields, Custom: f.Custom, Origins: f.Origins, Thanks: f.Thanks,
		MinSeconds: f.MinSeconds, PerHour: f.PerHour, Files: f.Files, Acknowledge: f.Acknowledge, Path: "/forms/" + string(f.ID), Version: f.Version,
	}
	if out.Custom == nil {
		out.Custom = []guichet.FormField{}
	}
	if out.Origins == nil {
		out.Origins = []string{}
	}
	return out
}

func (in *formDTO) form(id guichet.FormID) guichet.Form {
	return guichet.Form{
		ID: id, Name: in.Name, Channel: guichet.ChannelID(in.Channel), Enabled: in.Enabled, Fields: in.Fields, Custom: in.Custom, Origins: in.Origins, Thanks: in.Thanks,
		MinSeconds: in.MinSeconds, PerHour: in.PerHour, Files: in.Files, Acknowledge: in.Acknowledge, Version: in.Version,
	}
}

// standingDTO is how many messages of a contact agents hold for spam, and for not spam.
type standingDTO struct {
	Spam    int `json:"spam"`
	NotSpam int `json:"notSpam"`
}
