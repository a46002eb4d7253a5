package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Every key string of the project stands in this file. A partition begins with the tenant; the house's own begin with "~", which no
// tenant's name may.
//
//	partition                sort            item
//	~domain#<domain>         d               whose domain it is
//	~sla                     cursor          up to when the due index was swept
//	~missed                  <t>#<case>      a case whose turn in a sweep failed
//	~moving                  <t>             a tenant whose open cases get new service levels
//	~seating                 <t>             a tenant whose agents are being listed anew
//	~feed                    <t>#<calendar>  where a calendar's holidays come from
//	~lost#<day>              <time>#<id>     mail for nobody we know
//	~gone#<hash>             g               bytes that were deleted for good
//	<t>#config               tenant          the tenant
//	                         channel#<id>    skill#<id>, role#<id>, calendar#<id>, tag#<id>, domain#<domain>, lists, relay#<channel>, box#<channel>, moving, export, seating,
//	                         script#<id>, rule#<id>, fields
//	<t>#claim                name#<name>     which channel has that name; address#<address>: that point of contact
//	<t>#use                  <kind>#<id>     who uses a setting: it can't be deleted
//	<t>#channellog#<id>      <version>       a channel as it was, with who changed what
//	<t>#agent                <id>            an agent, with how many cases he holds
//	<t>#seats                <id>#<n>        further seats of an agent; see seats.go
//	<t>#card                 <id>#<n>        what an agent is found by; see card.go
//	<t>#mailbox#<hash>       a               whose mail address that is among the agents
//	<t>#case#<case>          c               the case
//	                         f#<version>     the facts of one commit
//	                         m#<n>           a message
//	                         d#<id>          a draft
//	                         w#<agent>       what an agent is writing, as his page keeps it
//	<t>#brand                template#<id>   a brand template
//	                         signature#<id>  a signature
//	                         signer#<agent>  which signature he has
//	                         e#<fact>        rules were asked about that fact
//	<t>#script#<id>          v#<n>           a version of a script; <t>#rule#<id>: of a rule
//	<t>#ref#<hash>           r               what a mail id stands for
//	<t>#contact#<id>         c               a contact
//	                         f#<version>     facts of it that no case tells
//	<t>#relaylog#<channel>   f#<version>     facts of a channel's relay
//	<t>#count                case            the last ticket number
//	~pace                    quota           what SES lets the account send
//	~pace#<frame>            n               how many lanes of a second are taken
//	<t>#quarantine           <time>#<id>     mail that waits for a decision
//	<t>#form                 <id>            a website's form
//	<t>#rate#<what>          <time>          how many there were in a window of time
//
//	index 1  <t>#inbox#<agent>    <opened>#<case>            live cases of an agent
//	         <t>#queue#<skill>    <priority><since>#<case>   waiting cases, first to be served first
//	                              ~<agent>#<priority>...     those that wait for their preferred agent alone
//	         <t>#suppressed       <since>#<id>               contacts whose address takes no mail
//	         ~relays              <t>#<channel>              relays of all tenants: to be sealed anew
//	         ~boxes               <t>#<channel>              boxes of all tenants: the same
//	         ~feed                <next>#<t>#<calendar>      feeds of all tenants, those to be read first first
//	         <t>#name             <words>#<agent>            agents by each word of their names; index 2: <t>#role#<role>, index 3: <t>#number
//	index 2  ~due#<hour>#<shard>  <due>#<t>#<case>           running clocks
//	index 3  <t>#contact#<id>     <opened>#<case>            cases of a contact
//	any      <t>#seat#<skill>#<role>#<list>  <order>#<agent>        agents who may get a case, first to be served first; the index goes by the skill's name
const (
	inboxIndex   = 1
	dueIndex     = 2
	contactIndex = 3

	stoppedIndex = 1
	relayIndex   = 1
)

const sortCase = "c"

func domainKey(domain string) ledger.Key { return ledger.Key{P: "~domain#" + domain, S: "d"} }

func cursorKey() ledger.Key { return ledger.Key{P: "~sla", S: "cursor"} }

const missedPartition = "~missed"

func missedKey(t guichet.TenantID, id guichet.CaseID) ledger.Key {
	return ledger.Key{P: missedPartition, S: string(t) + "#" + string(id)}
}

const (
	movingPartition = "~moving"
	movingSort      = "moving"
)

const (
	toSeatPartition = "~seating"
	seatingSort     = "seating"
)

func seatingKey(t guichet.TenantID) ledger.Key { return configKey(t, seatingSort) }

func toSeatKey(t guichet.TenantID) ledger.Key { return ledger.Key{P: toSeatPartition, S: string(t)} }

func movingKey(t guichet.TenantID) ledger.Key { return ledger.Key{P: movingPartition, S: string(t)} }

// goneKey hashes the key of the bytes: it may be longer than a partition.
func goneKey(raw string) ledger.Key {
	h := sha256.Sum256([]byte(raw))
	return ledger.Key{P: "~gone#" + hex.EncodeToString(h[:16]), S: "g"}
}

func lostKey(at time.Time, id string) ledger.Key {
	return ledger.Key{P: "~lost#" + at.UTC().Format("2006-01-02"), S: stamp(at) + "#" + id}
}

func configPartition(t guichet.TenantID) string { return string(t) + "#config" }

func configKey(t guichet.TenantID, sort string) ledger.Key {
	return ledger.Key{P: configPartition(t), S: sort}
}

// claimKey is what makes a value belong to one channel alone.
func claimKey(t guichet.TenantID, kind, value string) ledger.Key {
	return ledger.Key{P: string(t) + "#claim", S: kind + "#" + value}
}

func useKey(t guichet.TenantID, kind, id string) ledger.Key {
	return ledger.Key{P: string(t) + "#use", S: kind + "#" + id}
}

func channelLogPartition(t guichet.TenantID, id guichet.ChannelID) string {
	return string(t) + "#channellog#" + string(id)
}

func channelLogKey(t guichet.TenantID, id guichet.ChannelID, version int64) ledger.Key {
	return ledger.Key{P: channelLogPartition(t, id), S: fmt.Sprintf("%010d", version)}
}

func skillKey(t guichet.TenantID, k guichet.SkillID) ledger.Key {
	return configKey(t, "skill#"+string(k))
}

func agentPartition(t guichet.TenantID) string { return string(t) + "#agent" }

func agentKey(t guichet.TenantID, id guichet.AgentID) ledger.Key {
	return ledger.Key{P: agentPartition(t), S: string(id)}
}

func agentFactKey(t guichet.TenantID, id guichet.AgentID, version int64) ledger.Key {
	return ledger.Key{P: string(t) + "#agentlog#" + string(id), S: factSort(version)}
}

func seatPartition(t guichet.TenantID, k guichet.SkillID, r guichet.RoleID, list string) string {
	return string(t) + "#seat#" + string(k) + "#" + string(r) + "#" + list
}

const (
	nameIndex   = 1
	roleIndex   = 2
	numberIndex = 3
)

func cardPartition(t guichet.TenantID) string { return string(t) + "#card" }

func cardKey(t guichet.TenantID, id guichet.AgentID, n int) ledger.Key {
	return ledger.Key{P: cardPartition(t), S: string(id) + "#" + strconv.Itoa(n)}
}

func namesPartition(t guichet.TenantID) string { return string(t) + "#name" }

func roleUsersPartition(t guichet.TenantID, r guichet.RoleID) string {
	return string(t) + "#role#" + string(r)
}

func numbersPartition(t guichet.TenantID) string { return string(t) + "#number" }

func seatsPartition(t guichet.TenantID) string { return string(t) + "#seats" }

func seatKey(t guichet.TenantID, id guichet.AgentID, n int) ledger.Key {
	return ledger.Key{P: seatsPartition(t), S: string(id) + "#" + strconv.Itoa(n)}
}

func mailboxKey(t guichet.TenantID, addr string) ledger.Key {
	h := sha256.Sum256([]byte(addr))
	return ledger.Key{P: string(t) + "#mailbox#" + hex.EncodeToString(h[:16]), S: "a"}
}

func casePartition(t guichet.TenantID, id guichet.CaseID) string {
	return string(t) + "#case#" + string(id)
}

func caseKey(t guichet.TenantID, id guichet.CaseID) ledger.Key {
	return ledger.Key{P: casePartition(t, id), S: sortCase}
}

func messageSort(n int) string { return fmt.Sprintf("m#%06d", n) }

func messageKey(t guichet.TenantID, id guichet.CaseID, n int) ledger.Key {
	return ledger.Key{P: casePartition(t, id), S: messageSort(n)}
}

func factSort(version int64) string { return fmt.Sprintf("f#%010d", version) }

func factKey(t guichet.TenantID, id guichet.CaseID, version int64) ledger.Key {
	return ledger.Key{P: casePartition(t, id), S: factSort(version)}
}

// askedKey is the note that rules were asked about a fact of a case.
func askedKey(t guichet.TenantID, id guichet.CaseID, fact string) ledger.Key {
	return ledger.Key{P: casePartition(t, id), S: "e#" + fact}
}

// docKey is a version of a script or a rule.
func docKey(t guichet.TenantID, kind DocKind, id string, n int) ledger.Key {
	return ledger.Key{P: string(t) + "#" + string(kind) + "#" + id, S: fmt.Sprintf("v#%06d", n)}
}

// docNumber reads the number of a version from its sort key; 0 if it is none.
func docNumber(s string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(s, "v#"))
	return n
}

// plainID reports whether an id that comes from outside can stand in a key.
func plainID(id string) bool { return id != "" && len(id) <= 60 && !strings.Contains(id, "#") }

// refKey hashes the id: any length, any bytes, one short key.
func refKey(t guichet.TenantID, id string) ledger.Key {
	h := sha256.Sum256([]byte(id))
	return ledger.Key{P: string(t) + "#ref#" + hex.EncodeToString(h[:16]), S: "r"}
}

func contactKey(t guichet.TenantID, id guichet.ContactID) ledger.Key {
	return ledger.Key{P: string(t) + "#contact#" + string(id), S: "c"}
}

func countKey(t guichet.TenantID) ledger.Key { return ledger.Key{P: string(t) + "#count", S: "case"} }

const draftSort = "d#"

func draftKey(t guichet.TenantID, c guichet.CaseID, id guichet.DraftID) ledger.Key {
	return ledger.Key{P: casePartition(t, c), S: draftSort + string(id)}
}

func writingKey(t guichet.TenantID, c guichet.CaseID, who guichet.AgentID) ledger.Key {
	return ledger.Key{P: casePartition(t, c), S: "w#" + string(who)}
}

const (
	templateSort  = "template#"
	signatureSort = "signature#"
	signerSort    = "signer#"
)

func brandPartition(t guichet.TenantID) string { return string(t) + "#brand" }

func templateKey(t guichet.TenantID, id guichet.TemplateID) ledger.Key {
	return ledger.Key{P: brandPartition(t), S: templateSort + string(id)}
}

func signatureKey(t guichet.TenantID, id guichet.SignatureID) ledger.Key {
	return ledger.Key{P: brandPartition(t), S: signatureSort + string(id)}
}

func signerKey(t guichet.TenantID, who guichet.AgentID) ledger.Key {
	return ledger.Key{P: brandPartition(t), S: signerSort + string(who)}
}

func brandCountKey(t guichet.TenantID) ledger.Key {
	return ledger.Key{P: string(t) + "#count", S: "brand"}
}

// DraftFileKey is the blob key of a file that a draft keeps, by tenant, case and content.
func DraftFileKey(t guichet.TenantID, c guichet.CaseID, hash string) string {
	return "out/" + string(t) + "/draft/" + string(c) + "/" + hash
}

func quarantinePartition(t guichet.TenantID) string { return string(t) + "#quarantine" }

func quarantineKey(t guichet.TenantID, at time.Time, id string) ledger.Key {
	return ledger.Key{P: quarantinePartition(t), S: stamp(at) + "#" + id}
}

func formPartition(t guichet.TenantID) string { return string(t) + "#form" }

func formKey(t guichet.TenantID, id guichet.FormID) ledger.Key {
	return ledger.Key{P: formPartition(t), S: string(id)}
}

func rateKey(t guichet.TenantID, what string, begin time.Time) ledger.Key {
	return ledger.Key{P: string(t) + "#rate#" + what, S: stamp(begin)}
}

func inboxPartition(t guichet.TenantID, a guichet.AgentID) string {
	return string(t) + "#inbox#" + string(a)
}

func queuePartition(t guichet.TenantID, s guichet.SkillID) string {
	return string(t) + "#queue#" + string(s)
}

// heldBack begins the place of a case that waits for its preferred agent: after all others, by agent.
const heldBack = "~"

// queueSort orders a queue: higher priority first, then who waits longest, then the older case.
func queueSort(c *guichet.Case) string {
	held := ""
	if c.For != "" {
		held = heldBack + string(c.For) + "#"
	}
	return held + fmt.Sprintf("%03d", 500-min(max(c.Priority, -400), 400)) + stamp(c.Waits) + "#" + string(c.ID)
}

// dueShards spreads the clocks that end within one hour.
const dueShards = 4

func duePartition(at time.Time, shard int) string {
	return "~due#" + at.UTC().Format("2006010215") + "#" + strconv.Itoa(shard)
}

func dueShard(c *guichet.Case) int { return int(c.ID[len(c.ID)-2]-'0') % dueShards }

// stamp writes a time so that the order of strings is the order of time, to the millisecond.
func stamp(t time.Time) string { return t.UTC().Format("20060102T150405.000Z") }

// caseIndex returns the index entries of a case: where lists, the sweep and the contact's history find it.
func caseIndex(c *guichet.Case) (ix [3]ledger.Key) {
	age := stamp(c.Opened) + "#" + string(c.ID)
	switch {
	case c.Merged != "":
	case c.Waiting():
		ix[inboxIndex-1] = ledger.Key{P: queuePartition(c.Tenant, c.Skill), S: queueSort(c)}
	case c.Agent != "" && c.Status.Live():
		ix[inboxIndex-1] = ledger.Key{P: inboxPartition(c.Tenant, c.Agent), S: age}
	}
	if due := c.Due(); !due.IsZero() && c.Merged == "" {
		if due.Before(c.Moved) { // it came to life again with a clock that ended long ago: that hour was swept, this one was not
			due = c.Moved
		}
		ix[dueIndex-1] = ledger.Key{P: duePartition(due, dueShard(c)), S: stamp(due) + "#" + string(c.Tenant) + "#" + string(c.ID)}
	}
	if c.Contact != "" {
		ix[contactIndex-1] = ledger.Key{P: contactKey(c.Tenant, c.Contact).P, S: age}
	}
	return ix
}

func contactFactKey(t guichet.TenantID, id guichet.ContactID, version int64) ledger.Key {
	return ledger.Key{P: contactKey(t, id).P, S: factSort(version)}
}

func relayKey(t guichet.TenantID, ch guichet.ChannelID) ledger.Key {
	return configKey(t, "relay#"+string(ch))
}

func relayFactKey(t guichet.TenantID, ch guichet.ChannelID, version int64) ledger.Key {
	return ledger.Key{P: string(t) + "#relaylog#" + string(ch), S: factSort(version)}
}

func boxKey(t guichet.TenantID, ch guichet.ChannelID) ledger.Key {
	return configKey(t, "box#"+string(ch))
}

// boxIndexKey puts a box beside the relays: what is sealed is found in one place.
func boxIndexKey(t guichet.TenantID, ch guichet.ChannelID) ledger.Key {
	return ledger.Key{P: boxesPartition, S: string(t) + "#" + string(ch)}
}

const boxesPartition = "~boxes"

const (
	calendarFeeds     = "~feed"
	calendarFeedIndex = 1
)

func calendarFeedKey(t guichet.TenantID, id guichet.CalendarID) ledger.Key {
	return ledger.Key{P: calendarFeeds, S: string(t) + "#" + string(id)}
}

const relaysPartition = "~relays"

func relayIndexKey(t guichet.TenantID, ch guichet.ChannelID) ledger.Key {
	return ledger.Key{P: relaysPartition, S: string(t) + "#" + string(ch)}
}

func stoppedPartition(t guichet.TenantID) string { return string(t) + "#suppressed" }

// contactEntries returns the index entries of a contact: those alone whose address takes no mail have one.
func contactEntries(c *guichet.Contact) (ix [3]ledger.Key) {
	if c.State.Stopped() {
		ix[stoppedIndex-1] = ledger.Key{P: stoppedPartition(c.Tenant), S: stamp(c.State.At) + "#" + string(c.ID)}
	}
	return ix
}

func quotaKey() ledger.Key { return ledger.Key{P: "~pace", S: "quota"} }

func frameKey(frame int64) ledger.Key {
	return ledger.Key{P: "~pace#" + strconv.FormatInt(frame, 10), S: "n"}
}

// ContactID returns the id of the contact with that folded address.
func ContactID(addr string) guichet.ContactID {
	h := sha256.Sum256([]byte(addr))
	return guichet.ContactID(hex.EncodeToString(h[:8]))
}

// keyTail returns what follows the last "#" of a key.
func keyTail(s string) string { return s[strings.LastIndexByte(s, '#')+1:] }

// OutKey is the blob key of a composed mail: by tenant, message and content.
func OutKey(m *guichet.Message) string {
	return "out/" + string(m.Tenant) + "/" + string(m.ID()) + "-" + m.Hash[:8] + ".eml"
}

// TmpPrefix is where files are that wait to be sent.
const TmpPrefix = "out/_tmp/"

// TmpKey is the blob key of a file that waits to be sent. "_" stands in no tenant's name, so that one rule of the bucket can let all of them go.
func TmpKey(t guichet.TenantID, kept string) string { return TmpPrefix + string(t) + "/" + kept }

// FormReceipt is the receiver's id of what a form sent: the function that takes forms may write under its beginning alone.
func FormReceipt(hash string) string { return "form-" + hash }

// ChatReceipt is the receiver's id of a message of a messaging channel.
func ChatReceipt(hash string) string { return "byoc-" + hash }

// WireKey is the blob key of what a middleware sent, to the byte, beside the mail that was made of it.
func WireKey(raw string) string { return raw + ".json" }

// HasWire reports whether a received mail was made of what a middleware sent.
func HasWire(raw string) bool { return strings.HasPrefix(raw, InKey(ChatReceipt(""))) }

// InKey is the blob key of a received mail, by the receiver's id. SES makes the same key, from the prefix in its rule.
func InKey(receipt string) string { return "in/" + receipt }

// The runner for one machine keeps its queues in the same ledger: notices of mail that came in, work that failed and is tried again, work that was
// given up, and how far the change feed was read.
//
//	~mail#<receipt>      n        what SES would have published of a mail
//	~parked              <seq>#.. work to be tried again
//	~dead#<function>     <seq>#.. work given up, with its reason
//	~feed                cursor   how far the feed was read
func noticeKey(receipt string) ledger.Key { return ledger.Key{P: noticePrefix + receipt, S: "n"} }

const noticePrefix = "~mail#"

const parkedPartition = "~parked"

func parkedKey(id string) ledger.Key { return ledger.Key{P: parkedPartition, S: id} }

func deadPartition(function string) string { return "~dead#" + function }

func feedKey() ledger.Key { return ledger.Key{P: "~feed", S: "cursor"} }
