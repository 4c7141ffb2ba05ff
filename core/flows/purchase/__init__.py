"""The tools of a buyer before award: short flows, whose answers serve one another."""
