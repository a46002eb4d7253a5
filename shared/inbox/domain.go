package inbox

// domainRoutes lists the API of the tenant's domains.
func (h *door) domainRoutes() map[string]action {
	return map[string]action{
		"GET /guichet/domains":                    h.domains,
		"POST /guichet/domains":                   h.claimDomain,
		"GET /guichet/domains/{domain}":           h.domain,
		"DELETE /guichet/domains/{domain}":        h.releaseDomain,
		"PUT /guichet/domains/{domain}/mail-from": h.setMailFrom,
		"GET /guichet/receiving":                  h.receiving,
	}
}

func (h *door) domains(c *call) (any, error) {
	list, err := h.d.Domains(c.Context(), c.t, c.me.ID)
	if err != nil {
		return nil, err
	}
	out := listDTO{Hits: len(list), Data: []any{}}
	for _, d := range list {
		out.Data = append(out.Data, wireDomainRef(d))
	}
	return out, nil
}

// claimDomain claims a domain and begins its proof. Again: it goes on.
func (h *door) claimDomain(c *call) (any, error) {
	var in struct {
		Domain string `json:"domain"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	s, err := h.d.ClaimDomain(c.Context(), c.t, c.me.ID, in.Domain)
	if err != nil {
		return nil, err
	}
	return created{wireDomain(s)}, nil
}

func (h *door) domain(c *call) (any, error) {
	s, err := h.d.Domain(c.Context(), c.t, c.me.ID, c.PathValue("domain"))
	if err != nil {
		return nil, err
	}
	return wireDomain(s), nil
}

func (h *door) releaseDomain(c *call) (any, error) {
	return nil, h.d.ReleaseDomain(c.Context(), c.t, c.me.ID, c.PathValue("domain"))
}

func (h *door) setMailFrom(c *call) (any, error) {
	var in struct {
		MailFrom string `json:"mail_from"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	s, err := h.d.SetMailFrom(c.Context(), c.t, c.me.ID, c.PathValue("domain"), in.MailFrom)
	if err != nil {
		return nil, err
	}
	return wireDomain(s), nil
}

func (h *door) receiving(c *call) (any, error) {
	r, err := h.d.Receiving(c.Context(), c.t, c.me.ID)
	if err != nil {
		return nil, err
	}
	return wireReceiving(r), nil
}
