"""The checks: pytest tests over the evidence on a submission, written once for the common contract.

Reading order: test_forward, test_loss, test_dloss_dw and test_train (what is asserted), claims (what they have in
common), verdict (passed, or what was found wrong), scoring (the part of the points), conftest (where the evidence comes
from).

CONTRACT decisions: where the contract leaves a case open, it is decided for the student.

- A gradient may be a tuple, a list, or one stacked array whose rows are the gradients; of a single gradient, a bare
  array is wrong (the contract says so), and a train that relies on its own dloss_dw's bare array is right.
- What forward keeps on the object may be wrong where forward is: a dloss_dw that reads it is judged with recorded
  arrays in its place, matched by shape and by the order in which forward left them.
- A method that changes an argument or a weight only because a collaborator of its own does so is clean.
- An answer within rounding is right whatever its algebra: float32 intermediates pass.
- A method that is right in everyday situations and wrong in a special one keeps a part of its points (rubric.toml).
- dloss_dw by differences or by the complex step is wrong, however right its numbers, and keeps a part of its points.
- A loss that is a 0-d array, a NumPy float or a Python float is the same loss; one of shape (1,) is not.
- A slow right answer is right: the published data come last, with half a minute for each call.
"""
