"""What must hold of a release before students get it.

Reading order: release_proofs (the stub earns nothing, the solution everything), leaks (of the solution), agreement (the
description with the solution), second_opinion (alternative solutions), shapes and slips (in a declaration), allowed
(further packages).
"""
