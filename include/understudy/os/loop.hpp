// The event loop as the headers here need to know it: a name. Whoever runs it includes Asio; whoever only
// uses an adapter does not pay for that. Each part of the daemon has one, on one thread.
//
// What holds for every adapter that waits: its callbacks run from the loop only, never from inside a call to
// the adapter; an adapter may be destroyed from inside its own callback; once destroyed it calls nobody; and
// it must be destroyed before its loop.
#pragma once

namespace boost::asio {
class io_context;
}

namespace understudy::os {

using Loop = boost::asio::io_context;

}  // namespace understudy::os
