package guichet

// CasePopURL tells that a page of another system, a customer's record or an order, is to come up on the screen of the agent who has the case now: its detail "url". It
// is told of agents in the Agent app alone (A105), each time that one of them gets the case, and when a rule says so of a case that he has.
const CasePopURL FactKind = "case.popurl"
