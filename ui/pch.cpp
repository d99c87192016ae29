// Only carries the precompiled header of the window.
