// Package outside runs what is deployed against what nobody here wrote: each function's real bootstrap, fed by a Runtime API, on engines that
// stand for AWS. Its tests have the build tag outside: `make test-outside`. The engines come from infra/engines/install.sh.
package outside
