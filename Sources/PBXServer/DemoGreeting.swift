import Glibc
import SIPTransport

/// What the demo prints once it is up: where it listens, and what to try next.
struct DemoGreeting {
    let listeners: [SIPListener]
    let socket: String
    let port: UInt16

    func print() {
        let places = listeners.map(\.description).joined(separator: ", ")
        Swift.print(
            """

            PBX-X demo, on this machine only: \(places)
            control socket: \(socket)

              Register phones    user 101 to 120, password demo-101 to demo-120, server 127.0.0.1:\(port)
              Call               102 to 120, or 500: the ring group of 101 to 105
              Talk to it         *43: echo test, *44: speaking clock, 800: conference, 900: fax, 701 to 709: parking
                                 *78, *79: do not disturb, *72102, *73: forward all calls to 102, or no longer
                                 *80102: intercom to 102
              Prove it works     pbxctl selftest
              Look               pbxctl status, pbxctl registrations, pbxctl calls, pbxctl events

            Ctrl-C stops it.

            """)
        // Without a terminal standard output is buffered whole, and who waits for this text would wait for ever.
        fflush(nil)
    }
}
