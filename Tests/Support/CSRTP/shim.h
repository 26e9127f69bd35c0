// libsrtp2: what our own SRTP is tested and measured against.
#pragma once

#include <srtp2/srtp.h>
