package inbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// This file alone knows the names of the wire: those of the Digital Engagement API (a case is a "contact", a skill's queue a "routing queue", our
// point of contact a "channel"), and beside them our own, which clients of that API let be. Times are RFC 3339 in UTC, durations milliseconds.

// wrong is an error of the request as such, before any flow.
type wrong struct {
	status            int
	code, field, text string
}

func (e *wrong) Error() string { return e.text }

// errorDTO is the shape of every error.
type errorDTO struct {
	Errors  []errorItem `json:"errors"`
	UID     string      `json:"uid"`               // also in the log
	Current any         `json:"current,omitempty"` // of a 409: what stands now, to be changed instead
}

// meanwhile is an error of a change that somebody else was faster than, with what stands now.
type meanwhile struct {
	error
	current any
}

// Unwrap gives the error itself.
func (m *meanwhile) Unwrap() error { return m.error }

type errorItem struct {
	Field      string            `json:"field,omitempty"`
	Message    string            `json:"message"` // for people: what to do
	Parameters map[string]string `json:"parameters"`
	ErrorCode  string            `json:"errorCode"` // for programs, and for the page to say it in its language
}

// statusOf says what a kind of error is in HTTP, and its code.
var statusOf = map[guichet.Kind]struct {
	status int
	code   string
}{
	guichet.Invalid: {422, "invalid"}, guichet.Denied: {403, "denied"}, guichet.NotFound: {404, "not-found"}, guichet.Conflict: {409, "conflict"},
	guichet.Exists: {409, "exists"}, guichet.Exhausted: {409, "exhausted"}, guichet.TooLarge: {413, "too-large"},
	guichet.Temporary: {503, "temporary"}, guichet.Permanent: {409, "permanent"}, guichet.Poison: {422, "unreadable"},
}

// wireError translates an error. What is not there and what is another tenant's give the same bytes but for the uid.
func wireError(err error, uid string) (int, errorDTO) {
	item := errorItem{Parameters: map[string]string{}}
	var w *wrong
	if errors.As(err, &w) {
		item.Field, item.Message, item.ErrorCode = w.field, w.text, w.code
		return w.status, errorDTO{Errors: []errorItem{item}, UID: uid}
	}
	if all, is := desk.AsProblems(err); is {
		return problems(all, uid)
	}
	s, ok := statusOf[guichet.KindOf(err)]
	var e *guichet.Error
	switch {
	case !ok || !errors.As(err, &e):
		item.ErrorCode, item.Message = "internal", "the house failed at this: try again, and tell your administrator the number "+uid
		return http.StatusInternalServerError, errorDTO{Errors: []errorItem{item}, UID: uid}
	case e.Kind == guichet.Temporary:
		item.Message = "the house cannot do this just now: try again in a moment"
	case e.Kind == guichet.NotFound:
		item.Message = "there is no such thing here: check the number"
	default:
		item.Message, item.Field = e.Text, e.Field
	}
	if e.Kind == guichet.Denied && e.Field != "" {
		item.Parameters["permission"] = e.Field
	}
	item.ErrorCode = orElse(e.Code, s.code)
	out := errorDTO{Errors: []errorItem{item}, UID: uid}
	var now *meanwhile
	if errors.As(err, &now) {
		out.Current = now.current
	}
	return s.status, out
}

type signInDTO struct {
	Enabled  bool          `json:"enabled"`
	Language string        `json:"language"`
	Agents   []agentChoice `json:"agents"`
	More     bool          `json:"more"` // there are more agents than are listed
	Provider *providerDTO  `json:"provider"`
}

type providerDTO struct {
	URL    string `json:"url"`
	Client string `json:"clientId"`
}

type ticketDTO struct {
	URL string `json:"url"`
}

type agentChoice struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// numberOf makes the number that the API wants where our ids are words.
func numberOf(id string) int64 { return guichet.Number(id) }

// idText is an id that clients send as a string or as a number.
type idText string

// UnmarshalJSON takes both.
func (s *idText) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		*s = idText(text)
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(b, &n); err != nil {
		return &json.UnmarshalTypeError{Value: "value of another kind", Type: reflect.TypeFor[string]()}
	}
	*s = idText(n.String())
	return nil
}

// is reports whether the client means this id of ours.
func (s idText) is(id string) bool {
	return string(s) == id || string(s) == strconv.FormatInt(numberOf(id), 10)
}

func timeOf(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
	return &s
}

func hash(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:10])
}

// listDTO is a page of anything. Hits is how many there are; while ScrollToken says that there is more, how many were seen so far.
type listDTO struct {
	Hits        int    `json:"hits"`
	Data        []any  `json:"data"`
	ScrollToken string `json:"scrollToken"`
}

type identityDTO struct {
	ID       string `json:"id"`
	External string `json:"idOnExternalPlatform"`
	FullName string `json:"fullName"`
}

type recipientDTO struct {
	External  string `json:"idOnExternalPlatform"`
	Name      string `json:"name"`
	IsPrimary bool   `json:"isPrimary"`
	IsPrivate bool   `json:"isPrivate"`
}

type userRef struct {
	ID         int64  `json:"id"`
	InContact  string `json:"incontactId"`
	FirstName  string `json:"firstName,omitempty"`
	Surname    string `json:"surname,omitempty"`
	UserNumber string `json:"agentId,omitempty"`
}

type badgeDTO struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

type caseDTO struct {
	ID             string         `json:"id"`
	ContactID      string         `json:"contactId"`
	InteractionID  string         `json:"interactionId"`
	ThreadID       string         `json:"threadId"`
	ThreadExternal string         `json:"threadIdOnExternalPlatform"`
	Title          string         `json:"title"`
	Status         string         `json:"status"`
	Direction      string         `json:"direction"`
	CreatedAt      *string        `json:"createdAt"`
	StatusAt       *string        `json:"statusUpdatedAt"`
	Priority       int            `json:"routingQueuePriority"`
	ChannelID      string         `json:"channelId"`
	QueueID        string         `json:"routingQueueId"`
	SkillID        int64          `json:"skillId"`
	Assignee       *int64         `json:"inboxAssignee"`
	AssigneeUser   *userRef       `json:"inboxAssigneeUser"`
	LastAgent      string         `json:"lastAgentId,omitempty"`
	Offer          *offerDTO      `json:"offer"`
	WaitsFor       string         `json:"waitsForAgentId,omitempty"` // the preferred agent
	WaitingSince   *string        `json:"waitingSince"`
	PopURL         string         `json:"popUrl,omitempty"` // of the caller's own case, in the Agent app (A105)
	Customer       string         `json:"customerId,omitempty"`
	Author         *identityDTO   `json:"authorEndUserIdentity"`
	Recipients     []recipientDTO `json:"recipients"`
	EndUsers       []recipientDTO `json:"endUserRecipients"`
	CustomFields   []any          `json:"customFields"`
	Tags           []tagDTO       `json:"tags"`
	Inbound        int            `json:"inboundCount"`
	Outbound       int            `json:"outboundCount"`
	Messages       int            `json:"messageCount"`
	First          *clockDTO      `json:"firstResponseTime"`
	NextResponse   *clockDTO      `json:"nextResponseTime"` // once the contact wrote again
	Solution       *clockDTO      `json:"solutionTime"`
	NextDue        *string        `json:"nextDue"` // the earliest of the clocks that run (D-77)
	Badges         []badgeDTO     `json:"badges"`
	MergedFrom     []string       `json:"mergedFrom"`
	Linked         []linkDTO      `json:"linkedContacts"` // cases of the same contact in other channels with which it goes on (A035)
	Version        int64          `json:"version"`
}

type tagDTO struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Color string `json:"color"`
}

func wireTag(t string) tagDTO { return tagDTO{t, t, "#5b6470"} }

func (h *door) wireCase(c *call, k *guichet.Case) caseDTO {
	ch := c.cfg.Channels[k.Channel]
	out := caseDTO{
		ID: string(k.ID), ContactID: string(k.ID), InteractionID: string(k.ID), ThreadID: string(k.ID), ThreadExternal: string(k.ID), Title: k.Subject,
		Status: string(k.Status), Direction: directionOf(k), CreatedAt: timeOf(k.Opened), StatusAt: timeOf(k.Moved), Priority: k.Priority,
		ChannelID: string(k.Channel), QueueID: string(k.Skill), SkillID: numberOf(string(k.Skill)), LastAgent: string(k.Last), Customer: string(k.Contact),
		Recipients: []recipientDTO{}, EndUsers: []recipientDTO{}, CustomFields: []any{}, Tags: []tagDTO{}, Inbound: k.In, Outbound: k.Out,
		Messages: k.Messages, Badges: []badgeDTO{}, MergedFrom: []string{}, Version: k.Version,
	}
	if k.Agent != "" {
		n := numberOf(string(k.Agent))
		out.Assignee, out.AssigneeUser = &n, &userRef{ID: n, InContact: string(k.Agent)}
	}
	if k.Waiting() {
		out.WaitingSince, out.WaitsFor = timeOf(k.Waits), string(k.For)
	}
	out.Offer = wireOffer(k)
	if k.Agent == c.me.ID && !k.Offer && c.me.App == guichet.AgentApp {
		out.PopURL = k.PopURL
	}
	for i, p := range k.People {
		out.EndUsers = append(out.EndUsers, recipientDTO{External: p, Name: p, IsPrimary: i == 0})
	}
	if len(k.People) > 0 {
		out.Author = &identityDTO{ID: string(k.Contact), External: k.People[0], FullName: k.People[0]}
	}
	if ch != nil {
		out.Recipients = append(out.Recipients, recipientDTO{External: ch.Address, Name: ch.Display, IsPrimary: true})
	}
	for _, t := range k.Tags {
		out.Tags = append(out.Tags, wireTag(t))
	}
	for _, p := range k.Parts {
		out.MergedFrom = append(out.MergedFrom, string(p))
	}
	out.Linked = wireLinks(c.cfg, k)
	namesInChat(&out)
	h.setClocks(c, &out, k)
	for _, code := range badges(k, ch) {
		out.Badges = append(out.Badges, badgeDTO{code, h.word(c.lang, "badge."+code)})
	}
	return out
}

// badges are the states of a case that its tile shows (A020), by code.
func badges(k *guichet.Case, ch *guichet.Channel) []string {
	var out []string
	add := func(on bool, code string) {
		if on {
			out = append(out, code)
		}
	}
	add(!k.Gone.IsZero(), "gone")
	add(!k.First.Breached.IsZero(), "breached-first")
	add(!k.Next.Breached.IsZero() && k.Next.Met.IsZero(), "breached-next")
	add(!k.Resolution.Breached.IsZero(), "breached-resolution")
	add(k.Held, "quarantined")
	add(k.Offer, "offered")
	for _, t := range k.Tags {
		add(ch != nil && ch.SpamTag != "" && t == ch.SpamTag, "spam")
		add(t == "automatic", "automatic")
	}
	add(k.Out == k.Aside && k.Status.Live(), "unanswered")
	add(k.Priority > 0, "priority")
	add(len(k.Parts) > 0, "merged")
	return out
}

type fileDTO struct {
	ID        string `json:"id"`
	IsInline  bool   `json:"isInline"`
	Permanent string `json:"securedPermanentUrl"`
	URL       string `json:"url"`
	Name      string `json:"friendlyName"`
	Type      string `json:"mimeType"`
	Size      int64  `json:"size"`
}

type contentDTO struct {
	Type    string      `json:"type"`
	Payload textPayload `json:"payload"`
	Text    string      `json:"text"`
}

type textPayload struct {
	Text string `json:"text"`
}

type deliveryDTO struct {
	State      string    `json:"state"`
	Reason     string    `json:"reason,omitempty"`
	SentAt     *string   `json:"sentAt"`
	OpenedAt   *string   `json:"openedAt"`
	Recipients []fateDTO `json:"recipients"`
}

type messageDTO struct {
	ID         string         `json:"id"`
	External   string         `json:"idOnExternalPlatform"`
	PostID     string         `json:"postId"`
	ThreadID   string         `json:"threadId"`
	Kind       string         `json:"kind"` // "message" or "note"
	Direction  string         `json:"direction"`
	CreatedAt  *string        `json:"createdAt"`
	Title      string         `json:"title"`
	Content    contentDTO     `json:"messageContent"`
	IsCut      bool           `json:"isCut"` // there is more: GET /messages/{id}
	HasHTML    bool           `json:"hasHtml"`
	HasRaw     bool           `json:"hasRaw"`
	Deleted    bool           `json:"isDeletedOnExternalPlatform"`
	Hidden     bool           `json:"isHiddenOnExternalPlatform"`
	Files      []fileDTO      `json:"attachments"`
	AuthorUser *userRef       `json:"authorUser"`
	Author     *identityDTO   `json:"authorEndUserIdentity"`
	Recipients []recipientDTO `json:"recipients"`
	SentStatus *string        `json:"sentStatus"`
	Delivered  []any          `json:"delivered"`
	Delivery   *deliveryDTO   `json:"delivery"`
	Automatic  string         `json:"automatic,omitempty"`
	Warnings   []string       `json:"warnings"`
	Quarantine string         `json:"quarantine,omitempty"` // why; its text is not shown then
	MarkedAs   string         `json:"markedAs,omitempty"`   // what an agent holds it for: "spam", "ham" (not spam)
	Sentiment  *string        `json:"sentiment"`            // "positive", "neutral", "negative"; null: nobody said
	Rating     *ratingDTO     `json:"sentimentDetail,omitempty"`
	MovedTo    string         `json:"movedTo,omitempty"`  // the case that it was split off to
	CameFrom   string         `json:"cameFrom,omitempty"` // the message that it was before it was split off
	Leaves     *string        `json:"scheduledAt,omitempty"`
	ThirdParty bool           `json:"isThirdParty,omitempty"` // it came from, or went to, somebody who takes no part in the case
}

// wireMessage shows a message; one in quarantine without what it says.
func wireMessage(m *guichet.Message, names map[guichet.AgentID]string) messageDTO {
	id := string(m.ID())
	out := messageDTO{
		ID: id, External: m.MailID, PostID: string(m.Case), ThreadID: string(m.Case), Kind: "message", Direction: string(m.Direction), CreatedAt: timeOf(m.At),
		Title: m.Subject, Content: wireText(m.Text), IsCut: m.Cut, HasHTML: m.HasHTML, HasRaw: m.Raw != "", Files: []fileDTO{}, Recipients: []recipientDTO{},
		Delivered: []any{}, Automatic: m.Auto, Warnings: append([]string{}, m.Warnings...), Quarantine: m.Held,
		ThirdParty: m.Third || m.Outside,
		MarkedAs:   m.Mark, MovedTo: string(m.Moved), CameFrom: string(m.Came),
	}
	out.Sentiment, out.Rating = wireSentiment(m.Sentiment)
	switch m.Direction {
	case guichet.Note:
		out.Kind, out.Direction = "note", string(guichet.Outbound)
	case guichet.Inbound:
		out.Author = &identityDTO{ID: string(store.ContactID(mail.FoldAddress(m.From.Addr))), External: m.From.Addr, FullName: orElse(m.From.Name, m.From.Addr)}
	}
	if m.By != "" {
		out.AuthorUser = &userRef{ID: numberOf(string(m.By)), InContact: string(m.By), FirstName: orElse(names[m.By], string(m.By))}
	}
	for i, list := range [][]guichet.Person{m.To, m.Cc, m.Bcc} {
		for _, p := range list {
			out.Recipients = append(out.Recipients, recipientDTO{External: p.Addr, Name: p.Name, IsPrimary: i == 0, IsPrivate: i == 2})
		}
	}
	if m.Direction == guichet.Outbound {
		if m.Delivery == guichet.Scheduled {
			out.Leaves = timeOf(m.Leaves)
		}
		out.Delivery = wireDelivery(m)
		out.SentStatus = sentStatus(m.Delivery)
	}
	talked(&out, m)
	if m.Held != "" {
		out.Content, out.HasHTML, out.IsCut = wireText(""), false, false
		return out
	}
	for _, f := range m.Files {
		u := "/dfo/3.0/messages/" + id + "/attachments/" + strconv.Itoa(f.Part)
		out.Files = append(out.Files, fileDTO{id + "-" + strconv.Itoa(f.Part), f.CID != "", u, u, f.Name, f.Type, f.Size})
	}
	return out
}

func wireText(s string) contentDTO { return contentDTO{"TEXT", textPayload{s}, s} }

// sentStatus is the API's word for a delivery: Delayed, Sent, Seen or Delivered; it has none for the rest.
func sentStatus(d guichet.Delivery) *string {
	word := map[guichet.Delivery]string{guichet.Accepted: "Sent", guichet.Sent: "Sent", guichet.Delayed: "Delayed", guichet.Returned: "Sent", guichet.Delivered: "Delivered"}[d]
	if word == "" {
		return nil
	}
	return &word
}

// wholeDTO is a message with all of its text, told apart: what was written, quoted, signed.
type wholeDTO struct {
	messageDTO
	Text         string       `json:"text"`
	Folded       []segmentDTO `json:"folded"`
	RemoteImages int          `json:"remoteImages"`
	Calendar     string       `json:"calendar,omitempty"`
	Signed       string       `json:"signed,omitempty"` // never verified here
	Encrypted    string       `json:"encrypted,omitempty"`
}

type segmentDTO struct {
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	Shown bool   `json:"shown"`
}

type whyDTO struct {
	MessageID  string        `json:"messageId"`
	Rule       string        `json:"rule"`
	Reason     string        `json:"reason"`
	Evidence   []evidenceDTO `json:"evidence"`
	Candidates []string      `json:"candidates"`
	Config     string        `json:"configuration"`
	Automatic  string        `json:"automatic,omitempty"`
	Quarantine string        `json:"quarantine,omitempty"`
	Verdicts   verdictsDTO   `json:"verdicts"`
	Envelope   envelopeDTO   `json:"envelope"`
	Warnings   []string      `json:"warnings"`
}

type evidenceDTO struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
	Case  string `json:"contactId,omitempty"`
	Note  string `json:"note,omitempty"`
}

type verdictsDTO struct {
	Spam   string `json:"spam"`
	Virus  string `json:"virus"`
	SPF    string `json:"spf"`
	DKIM   string `json:"dkim"`
	DMARC  string `json:"dmarc"`
	Policy string `json:"dmarcPolicy,omitempty"`
}

type envelopeDTO struct {
	From       string  `json:"from"`
	To         string  `json:"to"`
	ReceivedAt *string `json:"receivedAt"`
}

func wireVerdicts(v guichet.Verdicts) verdictsDTO {
	return verdictsDTO{string(v.Spam), string(v.Virus), string(v.SPF), string(v.DKIM), string(v.DMARC), v.Policy}
}

func wireWhy(m *guichet.Message) whyDTO {
	out := whyDTO{
		MessageID: string(m.ID()), Evidence: []evidenceDTO{}, Candidates: []string{}, Automatic: m.Auto, Quarantine: m.Held, Verdicts: wireVerdicts(m.Verdicts),
		Envelope: envelopeDTO{m.Envelope.From, m.Envelope.To, timeOf(m.Envelope.ReceivedAt)}, Warnings: append([]string{}, m.Warnings...),
	}
	if m.Why == nil {
		return out
	}
	out.Rule, out.Reason, out.Config = m.Why.Rule, m.Why.Reason, m.Why.Config
	for _, e := range m.Why.Evidence {
		out.Evidence = append(out.Evidence, evidenceDTO{e.Kind, e.Value, string(e.Case), e.Note})
	}
	for _, c := range m.Why.Candidates {
		out.Candidates = append(out.Candidates, string(c))
	}
	return out
}

type historyDTO struct {
	ID        string            `json:"id"`
	Event     string            `json:"event"`
	CreatedAt *string           `json:"createdAt"`
	By        string            `json:"by"` // an agent's id, or "guichet"
	User      *userRef          `json:"user"`
	Agent     string            `json:"agentId,omitempty"` // whom it concerns
	CaseID    string            `json:"contactId"`
	MessageID string            `json:"messageId,omitempty"`
	Detail    map[string]string `json:"detail"`
}

func wireFact(f guichet.Fact, names map[guichet.AgentID]string) historyDTO {
	out := historyDTO{
		ID: string(f.Case) + "/" + f.ID, Event: string(f.Kind), CreatedAt: timeOf(f.At), By: f.By, Agent: string(f.Agent), CaseID: string(f.Case),
		MessageID: string(f.Message), Detail: f.Detail,
	}
	if out.Detail == nil {
		out.Detail = map[string]string{}
	}
	if n, ok := names[guichet.AgentID(f.By)]; ok {
		out.User = &userRef{ID: numberOf(f.By), InContact: f.By, FirstName: n}
	}
	return out
}

// channelDTO has every flag that clients of the API look at.
type channelDTO struct {
	ID            string `json:"id"`
	External      string `json:"idOnExternalPlatform"`
	Name          string `json:"name"`
	IsPrivate     bool   `json:"isPrivate"`
	Platform      string `json:"realExternalPlatformId"`
	Icon          string `json:"externalPlatformIcon"`
	IsDeleted     bool   `json:"isDeleted"`
	HasReply      bool   `json:"hasReply"`
	HasTree       bool   `json:"hasTreeStructure"`
	HasFiles      bool   `json:"hasAbilityToSendFiles"`
	HasOutbound   bool   `json:"hasOutboundFlow"`
	HasTemplates  bool   `json:"hasOutboundTemplates"`
	HasMany       bool   `json:"hasMultipleRecipient"`
	HasCc         bool   `json:"hasCcAndBcc"`
	HasTitle      bool   `json:"hasVisibleTitle"`
	HasEditTitle  bool   `json:"hasEditableTitle"`
	HasRecipients bool   `json:"hasVisibleRecipients"`
	HasForward    bool   `json:"hasAbilityToForwardMessage"`
	HasFrom       bool   `json:"hasAbilityToChangeFrom"`
	HasThreads    bool   `json:"hasMultipleThreadsPerEndUser"`
	HasLike       bool   `json:"hasAbilityToLike"`
	HasTag        bool   `json:"hasAbilityToTag"`
	HasShare      bool   `json:"hasAbilityToShare"`
	HasDelete     bool   `json:"hasAbilityToDelete"`
	HasHide       bool   `json:"hasAbilityToHide"`
	IsTracking    bool   `json:"isTrackingMessageDeliveryStatus"`
	Wysiwyg       bool   `json:"wysiwygEnabled"`
	Outbound      bool   `json:"isOutboundEnabled"`
	QueueID       string `json:"routingQueueId"`
	Media         string `json:"media"`                 // "email", "chat" or "messaging"
	OutboundDoes  string `json:"outbound_action_label"` // what the switch would do: "Disable" while agents may send (T1)
}

func wireChannel(ch *guichet.Channel) channelDTO {
	return channelDTO{
		ID: string(ch.ID), External: ch.Address, Name: ch.Name, Platform: ch.Kind, IsDeleted: ch.Deleted, HasReply: ch.Outbound, HasMany: true, HasCc: true, HasTitle: true, HasFiles: ch.Outbound,
		HasForward: true, HasFrom: true, Wysiwyg: true, HasRecipients: true, HasThreads: true, HasTag: true, IsTracking: true, Outbound: ch.Outbound, QueueID: string(ch.Skill),
		OutboundDoes: ch.OutboundLabel(),
	}.talking(ch)
}

type queueDTO struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	SkillID int64  `json:"skillId"`
	IsSub   string `json:"isSubqueue"`
}

func wireQueue(k *guichet.Skill) queueDTO {
	return queueDTO{string(k.ID), orElse(k.Name, string(k.ID)), numberOf(string(k.ID)), "false"}
}

type userDTO struct {
	ID        int64          `json:"id"`
	InContact string         `json:"incontactId"`
	FirstName string         `json:"firstName"`
	Nickname  string         `json:"nickname"`
	Presence  string         `json:"status"`
	Since     *string        `json:"statusSince"`
	Load      int64          `json:"load"`
	Limit     int64          `json:"limit"`
	Skills    map[string]int `json:"skills"`
	Role      string         `json:"role"`
	OnCall    bool           `json:"onCall"`
	App       string         `json:"app"`
}

func wireUser(a *guichet.Agent) userDTO {
	out := userDTO{
		ID: numberOf(string(a.ID)), InContact: string(a.ID), FirstName: orElse(a.Name, string(a.ID)), Nickname: a.Name, Presence: string(a.Presence), Since: timeOf(a.Since),
		Load: a.Load, Limit: a.Limit, Skills: map[string]int{}, Role: string(a.Role), OnCall: a.Voice,
		App: orElse(string(a.App), string(guichet.MaxApp)),
	}
	for k, p := range a.Skills {
		out.Skills[string(k)] = p
	}
	return out
}

type meDTO struct {
	User        userDTO       `json:"user"`
	Brand       brandDTO      `json:"brand"`
	Permissions permissionDTO `json:"rolePermissions"`
	Language    string        `json:"language"`
	SignIn      bool          `json:"developmentSignIn"`
	SentMail    bool          `json:"hasSentMail"`
	VoiceBlocks bool          `json:"voiceBlocksDigital"` // who is on a call gets no case (A016)
}

type brandDTO struct {
	ID       int64  `json:"id"`
	TenantID string `json:"tenantId"`
	Name     string `json:"name"`
}

// permissionDTO is what the caller may do on a channel; of /me: on at least one.
type permissionDTO struct {
	ApproveDraft bool `json:"canApproveDraft"`
	Assign       bool `json:"canAssign"`
	CreateDraft  bool `json:"canCreateDraft"`
	Reply        bool `json:"canReply"`
	Unassign     bool `json:"canUnassign"`
	Note         bool `json:"canNote"`
	Release      bool `json:"canRelease"`
	Configure    bool `json:"canConfigure"`
	Shred        bool `json:"canShred"`
	Rate         bool `json:"canRate"`
}

func wirePermissions(may func(guichet.Permission) bool) permissionDTO {
	reply := may(guichet.CanReply)
	return permissionDTO{
		ApproveDraft: may(guichet.CanApprove) && may(guichet.CanViewSkills), CreateDraft: reply || may(guichet.CanDraft),
		Assign: may(guichet.CanAssign), Reply: reply && may(guichet.CanViewSkills), Unassign: reply, Note: may(guichet.CanNote), Release: may(guichet.CanRelease),
		Configure: may(guichet.CanConfigure), Shred: may(guichet.CanShred), Rate: may(guichet.CanRate),
	}
}

type heldDTO struct {
	ID         string      `json:"id"`
	ContactID  string      `json:"contactId"`
	ChannelID  string      `json:"channelId"`
	CreatedAt  *string     `json:"createdAt"`
	Reason     string      `json:"reason"`
	From       string      `json:"from"`
	Title      string      `json:"title"`
	Verdicts   verdictsDTO `json:"verdicts"`
	ReleasedAt *string     `json:"releasedAt"`
	ReleasedBy string      `json:"releasedBy,omitempty"`
}

func wireHeld(q *store.Held) heldDTO {
	return heldDTO{
		q.ID, string(guichet.MessageID(q.ID).Case()), string(q.Channel), timeOf(q.At), q.Reason, q.From, q.Subject, wireVerdicts(q.Verdicts), timeOf(q.Released), q.By,
	}
}

type sentDTO struct {
	ID        string  `json:"id"`
	CreatedAt *string `json:"createdAt"`
	From      string  `json:"from"`
	To        string  `json:"to"`
	Title     string  `json:"title"`
	Text      string  `json:"text"`
}

func wireSent(s SentMail) sentDTO {
	m := mail.Parse(s.Raw)
	text := m.Text
	if r := []rune(text); len(r) > 2000 {
		text = string(r[:2000]) + " …"
	}
	return sentDTO{s.ID, timeOf(s.At), strings.Join(m.Values("From"), ", "), strings.Join(m.Values("To"), ", "), m.Subject, text}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// outboundIn is what a client sends to answer a case: POST /channels/{c}/outbound. The thread's id is the case's number.
type outboundIn struct {
	Thread struct {
		External idText `json:"idOnExternalPlatform"`
		ID       idText `json:"id"`
	} `json:"thread"`
	Content    contentIn `json:"messageContent"`
	Recipients []struct {
		External  string `json:"idOnExternalPlatform"`
		Name      string `json:"name"`
		IsPrimary bool   `json:"isPrimary"`
		IsPrivate bool   `json:"isPrivate"`
	} `json:"recipients"`
	Files   []attachmentIn `json:"attachments"`
	ReplyTo struct {
		External string `json:"idOnExternalPlatform"`
		ID       string `json:"id"`
	} `json:"replyToMessage"`
	All     bool   `json:"replyAll"`
	Quote   bool   `json:"quote"`
	Title   string `json:"title"`
	Leaves  string `json:"scheduledAt"`
	Draft   string `json:"draftId"`
	Bare    bool   `json:"withoutAttachments"` // of a forward: the message's files stay here
	Origin  idText `json:"originChannel"`      // the case's channel, where the one of the path is another: whose address is used
	Forward struct {
		Message struct {
			ID string `json:"id"`
		} `json:"message"`
	} `json:"forward"`
}

type outboundDTO struct {
	Contact caseDTO    `json:"consumerContact"`
	Message messageDTO `json:"message"`
}

type detailDTO struct {
	Case        caseDTO         `json:"case"`
	Contact     caseDTO         `json:"contact"`
	Channel     channelDTO      `json:"channel"`
	Thread      threadDTO       `json:"thread"`
	Customer    customerDTO     `json:"customer"`
	Standing    standingDTO     `json:"standing"`
	External    []string        `json:"externalRefs"` // numbers that the contact's own helpdesk gave the case (D-22)
	Permissions permissionDTO   `json:"rolePermissions"`
	Messages    []any           `json:"messages"`
	ScrollToken string          `json:"scrollToken"`
	Fields      []valueDTO      `json:"customFields"`
	Chats       []chatDTO       `json:"escalationChannels"` // chat channels in which the reader may go on with the case
	Routing     json.RawMessage `json:"routingProperties,omitempty"`
}

type threadDTO struct {
	ID        string `json:"id"`
	External  string `json:"idOnExternalPlatform"`
	ChannelID string `json:"channelId"`
	Name      string `json:"threadName"`
}

type customerDTO struct {
	ID       string   `json:"id"`
	FullName string   `json:"fullName"`
	Email    string   `json:"email"`
	Since    *string  `json:"createdAt"`
	Blocked  string   `json:"blocked,omitempty"` // why no mail can be sent there, in a word or two: "bounced", "complained", "tls_required"
	Address  stateDTO `json:"addressState"`

	Indicators indicatorsDTO `json:"indicators"` // A027
}
