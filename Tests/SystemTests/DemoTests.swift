import Testing

/// Everything that runs the real daemon: one after the other, so that timings mean something on a small machine.
@Suite(.serialized) struct DemoTests {}
