extension Allowance {
    /// Every exception from a code rule. Adding one is a decision: the reason says why the rule's way would be worse.
    static let all: [Allowance] = [
        Allowance(
            path: "Sources/AudioDSP/Fax/FaxEngine.swift", word: "OpaquePointer",
            reason: "spandsp keeps its state behind one; the struct around it owns and frees it"),
        Allowance(
            path: "Sources/AudioDSP/Fax/FaxEngine.swift", word: "Unmanaged",
            reason: "spandsp calls back with a pointer of its caller; the engine keeps what it points to"),
        Allowance(
            path: "Sources/AudioDSP/Fax/FaxGateway.swift", word: "OpaquePointer",
            reason: "spandsp keeps its state behind one; the class around it owns and frees it"),
        Allowance(
            path: "Sources/AudioDSP/Fax/FaxGateway.swift", word: "Unmanaged",
            reason: "spandsp calls back with a pointer of its caller; the gateway keeps what it points to"),
        Allowance(
            path: "Sources/AudioDSP/Fax/FaxPacketQueue.swift", word: "Unmanaged",
            reason: "it is what spandsp is given to call back with"),
        Allowance(
            path: "Sources/AudioDSP/Fax/FaxToneDetector.swift", word: "OpaquePointer",
            reason: "spandsp keeps its state behind one; the struct around it owns and frees it"),
        Allowance(
            path: "Sources/AudioDSP/Fax/T38Core.swift", word: "OpaquePointer",
            reason: "spandsp keeps its state behind one, inside that of the fax or the gateway"),
        Allowance(
            path: "Sources/AudioDSP/Codecs/OpusStates.swift", word: "OpaquePointer",
            reason: "libopus keeps its state behind one; the struct around it owns and frees it"),
        Allowance(
            path: "Sources/AudioDSP/Codecs/SpanDSPState.swift", word: "OpaquePointer",
            reason: "spandsp keeps its state behind one; the struct around it owns and frees it"),
        Allowance(
            path: "Sources/AudioDSP/Digits/DigitDetector.swift", word: "OpaquePointer",
            reason: "spandsp keeps its state behind one; the struct around it owns and frees it"),
        Allowance(
            path: "Sources/AudioDSP/Mixing/MixSum.swift", word: "unchecked",
            reason: "a check per sample keeps sums from being vectorised; the line above each loop proves it"),
        Allowance(
            path: "Sources/ControlSocket/PeerCredentials.swift", word: "UnsafeMutablePointer",
            reason: "getpwuid_r and getgrgid_r hand out their records through one, and never through anything else"),
        Allowance(
            path: "Sources/MediaSecurity/DTLSIdentity.swift", word: "unchecked",
            reason: "it holds an SSL_CTX, whose sharing between threads OpenSSL promises and no compiler can see"),
        Allowance(
            path: "Sources/CursesBackend/CursesTerminal.swift", word: "OpaquePointer",
            reason: "newterm hands out its screen as one, and delscreen takes it back"),
        Allowance(
            path: "Sources/CursesBackend/CursesTerminal.swift", word: "OpaquePointer",
            reason: "that is how curses names its screen; it stays in this file"),
        Allowance(
            path: "Sources/SIPTransport/DatagramSocket.swift", word: "UnsafeMutableRawPointer",
            reason: "sendmsg takes payload and ancillary data by pointer, and only it can name the source"),
        Allowance(
            path: "Sources/SIPTransport/SocketAddress+Endpoint.swift", word: "UnsafeMutablePointer",
            reason: "bind, connect and sendto take a sockaddr by pointer"),
        Allowance(
            path: "Tests/Benchmarks/Soak/SoakRun.swift", word: "sleep",
            reason: "a soak lets calls run for as long as it was told to; nothing else is to be waited for"),
    ]
}
