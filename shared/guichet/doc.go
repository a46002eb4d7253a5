// Package guichet is floor 0: the nouns of a contact centre and their moves. It imports the standard library alone, knows no
// clock and no world; every method is a function of its arguments.
package guichet
