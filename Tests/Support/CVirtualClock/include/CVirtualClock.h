// Lets a test move the wall clock that libraries read: linking this target puts it in front of the C library's.
#pragma once

#include <stdint.h>

/// Moves the calling thread's gettimeofday() forward.
void pbx_clock_advance(int64_t microseconds);
