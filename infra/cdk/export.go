package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"

	"guichet/shared/plan"
)

// exportBus makes the bus on which the house tells outside what its tenants let out: others of the account put their rules on it, and the house reads nothing from it. It
// costs nothing until something is told.
func (h *house) exportBus() {
	if !h.granted(plan.TellEvents) {
		return
	}
	h.bus = awsevents.NewCfnEventBus(h.Stack, str("ExportBus"), &awsevents.CfnEventBusProps{
		Name: str(h.conf.Stack + "-export"), Description: str("guichet: what tenants let out of the house; events/export says how it looks"),
	})
}
