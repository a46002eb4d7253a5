package setup

import "guichet/shared/guichet"

// Roles are those that every tenant begins with: a supervisor may do all, an agent answers and assigns.
func Roles() []guichet.Role {
	agent := []guichet.Permission{guichet.CanRead, guichet.CanReply, guichet.CanViewSkills, guichet.CanAssign, guichet.CanNote}
	return []guichet.Role{
		{ID: "supervisor", Name: "Supervisor", Rights: map[guichet.ChannelID][]guichet.Permission{"*": guichet.Permissions}},
		{ID: "agent", Name: "Agent", Rights: map[guichet.ChannelID][]guichet.Permission{"*": agent}},
	}
}
