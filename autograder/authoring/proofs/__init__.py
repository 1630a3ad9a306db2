"""What must hold of a release before students get it.

Reading order: release_cells (that suit students), release_proofs (made twice alike, and nothing leaks), leaks (of the
solution), second_opinion (alternative solutions), shapes and slips (in a declaration), allowed (further packages).
"""
