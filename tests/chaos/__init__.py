"""Bad days of real daemons in real kernels: disturbances from a seed, and what must hold through them.

`plan` says what is configured and who should own what, `host` is one host and what is done to it,
`disturbances` what can happen, `ledger` who held which address when, `audit` what must hold, `day` the course
of it all, `run` the command line of scripts/chaos.
"""
