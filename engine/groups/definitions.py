"""What is deployed: processes, decisions, forms, files."""

from engine import runtime, store
from engine.commands import decisions, deploy, shipped, trials, undeploy
from engine.groups.group import Group, command


class Definitions(Group):
    """Commands on what is deployed."""

    deploy = command(deploy.deploy)
    delete = command(undeploy.delete_resource)
    deliver = command(shipped.deliver)
    accept_delivery = command(shipped.accept)
    dismiss_delivery = command(shipped.dismiss)
    propose_candidate = command(trials.propose_candidate)
    approve_candidate = command(trials.approve_candidate)
    refuse_candidate = command(trials.refuse_candidate)
    promote_candidate = command(trials.promote)
    end_trial = command(trials.end_trial)
    take_back = command(trials.take_back)

    def suggest_mapping(self, source_key: int, target_key: int) -> dict[str, str]:
        """Return {old id: new id} for elements whose ids changed, by type, name and subprocess."""
        process = self.runner.catalogue.process
        with store.reading(self.runner.database) as connection:
            source, target = process(connection, source_key), process(connection, target_key)
            return runtime.suggest(source.process, target.process)


class Decisions(Group):
    """Decisions and expressions on request."""

    evaluate = command(decisions.evaluate)
    evaluate_expression = command(decisions.expression)
