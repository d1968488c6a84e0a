"""Scenarios: tests of a process that its owner can read, as TOML.

    title = "A phone offer to a customer who refused phone is blocked"
    process = "contact_gate"
    after = "approved.toml"                 # optional: first play the steps of that scenario
    now = 2026-03-02T09:00:00Z              # optional; a Monday morning otherwise
    start = { customer_id = "C-100" }
    message = "complaint.accepted"          # optional: started by this message, with key = "…"
    begins = "every_night"                  # optional: started by this timer start event
    answered = ["credit_check"]             # optional: called processes that are not played
                                            # but answered, each as a job of its name
    [[do]]
    job = "contact_gate.gather_facts"       # by type or element; every = true answers all of them
    answer = { preferred = "phone" }        # or error = "code", or fail = "message"
    expect = { customer_id = "C-100" }      # optional: what the job must be given
    [[do]]
    task = "approve"                        # by element; by = "alice" says who
    values = { approved = true }
    [[do]]
    message = "order.placed"                # key = "…", variables = {…}; signal = "…" alike
    [[do]]
    timer = "remind"                        # goes off now
    [[do]]
    advance = "P2D"                         # or "2 bd": the clock moves, what is due goes off in
                                            # its order: timers, reminders, escalations
    [[do]]
    stop = "erased"                         # the processes about customer = "…" are stopped
    [expect]
    ended = "blocked"                       # an end event (id or name), or true
    variables = { decision = "block" }
    waiting = ["approve"]                   # exactly these elements wait
    passed = ["a"]                          # these were completed
    not_passed = ["b"]                      # these never began
    incidents = 0
    reminded = ["approve"]                  # exactly these tasks were reminded of, in this order
    escalated = { approve = ["care_head"] } # exactly these were escalated, to whom
    stopped = "erased"                      # it was stopped, with this reason

Nothing is really done: jobs are answered by the scenario, but what they would have been given is
checked against the inputs of the installed service task. Everybody works from Monday to Friday,
9 to 17 o'clock UTC.
"""

from engine.scenarios.coverage import Coverage, coverage
from engine.scenarios.outcome import Failed, Result
from engine.scenarios.run import run_scenario, run_scenarios
from engine.scenarios.walk import Waits, Walk
from engine.scenarios.writing import toml

__all__ = [
    "Coverage",
    "Failed",
    "Result",
    "Waits",
    "Walk",
    "coverage",
    "run_scenario",
    "run_scenarios",
    "toml",
]
