package mail

// special handles the types that are neither text nor mere files. It tells if the part is dealt with.
func (p *parser) special(e *entity, depth int, c context) bool { return false }

func (p *parser) dataURIs(b []byte) []byte { return b }
