"""A process that is one job of its name: it stands for a called process that is not played."""

from xml.sax.saxutils import quoteattr

from engine.model import Resource

_ONE_JOB = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="scenario">
  <process id={name} isExecutable="true">
    <startEvent id="called" /><endEvent id="answered" />
    <serviceTask id="answer"><extensionElements>
      <zeebe:taskDefinition type={name} /></extensionElements></serviceTask>
    <sequenceFlow id="f1" sourceRef="called" targetRef="answer" />
    <sequenceFlow id="f2" sourceRef="answer" targetRef="answered" />
  </process>
</definitions>"""


def one_job(process_id: str) -> Resource:
    """Draw a process of this id that is one job of the same name."""
    drawn = _ONE_JOB.format(name=quoteattr(process_id))
    return Resource(f"{process_id}.bpmn", drawn.encode())
