// Package plan says what wakes each function, how long it may take, how much memory it gets and what it may touch: one table
// that infra/cdk, functions/relay and infra/local read.
package plan

import (
	"slices"
	"time"

	"guichet/shared/guichet"
)

// Trigger is what wakes a function.
type Trigger string

const (
	Mail     Trigger = "mail"     // SES receipt -> SNS -> standard queue
	Facts    Trigger = "facts"    // the relay puts them on the function's FIFO queue
	Receipts Trigger = "receipts" // SES sending events -> SNS -> standard queue
	Clock    Trigger = "clock"    // EventBridge Scheduler
	Stream   Trigger = "stream"   // the table's stream, announced items only
	HTTP     Trigger = "http"     // HTTP API with a JWT authorizer
	Hooks    Trigger = "hooks"    // HTTP API, the routes that everybody may call
)

// Grant is one thing that a function may touch.
type Grant string

const (
	TableRead  Grant = "table:read"  // GetItem, BatchGetItem, Query
	TableWrite Grant = "table:write" // PutItem, UpdateItem, DeleteItem, ConditionCheckItem
	RawRead    Grant = "raw:read"    // GetObject on the raw-mail bucket
	RawWrite   Grant = "raw:write"   // PutObject on the raw-mail bucket, under out/
	RawShred   Grant = "raw:shred"   // DeleteObjectVersion on the raw-mail bucket: what an administrator deletes for good
	RawForms   Grant = "raw:forms"   // PutObject on the raw-mail bucket, under in/form- and in/byoc-
	SendMail   Grant = "mail:send"   // ses:SendRawEmail, on the identities and configuration sets of the house
	SendQueues Grant = "queues:send" // SendMessage on the FIFO queues

	SecretSeal  Grant = "secret:seal"  // Encrypt a relay's password for its tenant and channel
	SecretOpen  Grant = "secret:open"  // Decrypt one
	MailAccount Grant = "mail:account" // ses:GetAccount; ses:DeleteSuppressedDestination

	Domains Grant = "domains" // make, prove and release identities and tenants of SES that carry the house's tag; look at the receipt rules

	TellEvents Grant = "events:put" // PutEvents on the house's bus

	TokenDerive Grant = "token:derive" // GenerateMac with the key that signs our Message-IDs, once per start
)

// Row is one function.
type Row struct {
	Name     string
	Trigger  Trigger
	Facts    []guichet.FactKind // that it waits for (Trigger Facts)
	Every    time.Duration      // Trigger Clock
	Paths    []string           // Trigger HTTP: what it serves; empty: all that no other does
	Timeout  time.Duration
	Memory   int           // MB
	Batch    int           // records a call; 1 where one slow record must not hold up others
	Attempts int           // receives before a message is parked in the dead-letter queue
	Backoff  time.Duration // visibility timeout: time to the next attempt
	Grants   []Grant
}

// Rows is the whole house, in the order of the mail's way.
var Rows = []Row{
	{Name: "inbound", Trigger: Mail, Timeout: time.Minute, Memory: 512, Batch: 10, Attempts: 8, Backoff: 6 * time.Minute,
		Grants: []Grant{TableRead, TableWrite, RawRead, RawWrite, TokenDerive}}, // RawWrite: acknowledgements
	{Name: "spam", Trigger: Facts, Facts: []guichet.FactKind{guichet.InteractionSuspected},
		Timeout: 30 * time.Second, Memory: 256, Batch: 10, Attempts: 8, Backoff: 3 * time.Minute, Grants: []Grant{TableRead, TableWrite}},
	{Name: "routing", Trigger: Facts, Facts: []guichet.FactKind{guichet.CaseWaiting, guichet.CaseReturned, guichet.AgentFreed, guichet.AgentPresence},
		Timeout: 30 * time.Second, Memory: 256, Batch: 10, Attempts: 8, Backoff: 3 * time.Minute, Grants: []Grant{TableRead, TableWrite}},
	{Name: Workflow, Trigger: Facts, Facts: []guichet.FactKind{guichet.ScriptDue, guichet.RuleDue}, // and what a rule of the tenant waits for
		Timeout: 30 * time.Second, Memory: 512, Batch: 10, Attempts: 8, Backoff: 3 * time.Minute, Grants: []Grant{TableRead, TableWrite, RawRead, RawWrite, TokenDerive}},
	{Name: "deliver", Trigger: Facts, Facts: []guichet.FactKind{guichet.ReplyQueued, guichet.RelayAsked, guichet.AddressLifted},
		Timeout: 2 * time.Minute, Memory: 512, Batch: 1, Attempts: 100, Backoff: 12 * time.Minute, Grants: []Grant{TableRead, TableWrite, RawRead, SendMail, MailAccount, SecretOpen, TokenDerive}}, // TokenDerive: what a box calls an answer is indexed under our key
	{Name: Export, Trigger: Facts, // what a tenant lets out of the house
		Timeout: 30 * time.Second, Memory: 256, Batch: 10, Attempts: 100, Backoff: 6 * time.Minute, Grants: []Grant{TableRead, TellEvents}},
	{Name: "receipts", Trigger: Receipts, Timeout: 30 * time.Second, Memory: 256, Batch: 10, Attempts: 8, Backoff: 3 * time.Minute,
		Grants: []Grant{TableRead, TableWrite}},
	{Name: "sla", Trigger: Clock, Every: time.Minute, Timeout: 50 * time.Second, Memory: 256, Attempts: 3, Grants: []Grant{TableRead, TableWrite, RawRead, RawShred}},
	{Name: "inbox", Trigger: HTTP, Timeout: 20 * time.Second, Memory: 512, Grants: []Grant{TableRead, TableWrite, RawRead, RawWrite, TokenDerive, SecretSeal, Domains, RawShred}},
	{Name: "webhook", Trigger: Hooks, Timeout: 20 * time.Second, Memory: 512, Grants: []Grant{TableRead, TableWrite, RawRead, RawWrite, RawForms, TokenDerive}}, // RawWrite: acknowledgements
	{Name: "automation", Trigger: HTTP, Paths: []string{"/guichet/automation/{proxy+}"}, Timeout: 29 * time.Second, Memory: 1024, Grants: []Grant{TableRead, TableWrite}},
	{Name: "relay", Trigger: Stream, Timeout: time.Minute, Memory: 256, Batch: 100, Attempts: 10000, Grants: []Grant{SendQueues}},
}

// Find returns the row of that name; ok is false if there is none.
func Find(name string) (row Row, ok bool) {
	for _, r := range Rows {
		if r.Name == name {
			return r, true
		}
	}
	return Row{}, false
}

// Workflow is the function that runs scripts and asks rules. It alone, and the one where they are saved, know the language of conditions.
const Workflow = "workflow"

// Export is the function that tells the world outside. It waits for no kind of fact: which ones leave is said fact by fact.
const Export = "export"

// WaitingFor returns the names of the functions that wait for a fact, in the order of Rows: those that wait for its kind, Workflow if a rule of its tenant does, and
// Export if its tenant lets it out.
func WaitingFor(f guichet.Fact) []string {
	names := Waiting(f.Kind)
	if f.Watched && !slices.Contains(names, Workflow) {
		names = append(names, Workflow)
	}
	if f.Leaves {
		names = append(names, Export)
	}
	return names
}

// Waiting returns the names of the functions that wait for each fact of kind k, in the order of Rows.
func Waiting(k guichet.FactKind) []string {
	var names []string
	for _, r := range Rows {
		for _, f := range r.Facts {
			if f == k {
				names = append(names, r.Name)
			}
		}
	}
	return names
}
