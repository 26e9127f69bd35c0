import CSpanDSP

/// The T.30 engine of spandsp for one call, over sound or over T.38 packets, owned.
@safe struct FaxEngine: ~Copyable {
    private enum Line {
        case sound
        case packets
    }

    /// A `fax_state_t` or a `t38_terminal_state_t`.
    private let state: OpaquePointer
    private let t30: OpaquePointer
    private let line: Line
    /// Over packets.
    private let core: T38Core?
    private let isSender: Bool
    // What spandsp reports to, kept until it is freed.
    private let progress: FaxProgress
    private let queue: FaxPacketQueue?

    /// Over sound; nil when there is no memory.
    init?(sound settings: FaxTerminalSettings, progress: FaxProgress) {
        guard let state = unsafe pbx_spandsp_fax_create(settings.isCalling ? 1 : 0),
            let t30 = unsafe fax_get_t30_state(state)
        else { return nil }
        unsafe self.state = state
        unsafe self.t30 = t30
        line = .sound
        core = nil
        queue = nil
        self.progress = progress
        isSender = settings.document.isSent
        unsafe Self.apply(settings, fastestModem: settings.fastestModem, to: t30)
        unsafe Self.attach(progress, to: t30)
    }

    /// Over packets; nil when there is no memory.
    init?(packets settings: FaxTerminalSettings, _ t38: T38Settings, queue: FaxPacketQueue, progress: FaxProgress) {
        let user = unsafe Unmanaged.passUnretained(queue).toOpaque()
        guard
            let state = unsafe pbx_spandsp_t38_terminal_create(
                settings.isCalling ? 1 : 0, FaxPacketQueue.handler, user),
            let t30 = unsafe t38_terminal_get_t30_state(state),
            let core = unsafe t38_terminal_get_t38_core_state(state)
        else { return nil }
        unsafe self.state = state
        unsafe self.t30 = t30
        line = .packets
        let t38Core = unsafe T38Core(core)
        self.core = t38Core
        self.queue = queue
        self.progress = progress
        isSender = settings.document.isSent
        t38Core.apply(t38)
        unsafe t38_terminal_set_fill_bit_removal(state, t38.isFillRemoved ? 1 : 0)
        unsafe Self.apply(settings, fastestModem: min(settings.fastestModem, t38.fastestModem), to: t30)
        unsafe Self.attach(progress, to: t30)
    }

    deinit {
        unsafe pbx_spandsp_t30_detach(t30)
        // Only the end of a call gives back what the engine keeps of it.
        unsafe t30_terminate(t30)
        switch line {
        case .sound: unsafe _ = fax_free(state)
        case .packets: unsafe _ = t38_terminal_free(state)
        }
    }

    private static func apply(_ settings: FaxTerminalSettings, fastestModem: FaxModem, to t30: OpaquePointer) {
        let path = settings.document.path
        if settings.document.isSent {
            unsafe t30_set_tx_file(t30, path, -1, -1)
        } else {
            unsafe t30_set_rx_file(t30, path, -1)
            // G4: the smallest of the codings that every program reads.
            unsafe _ = t30_set_rx_encoding(t30, Int32(clamping: T4_COMPRESSION_ITU_T6.rawValue))
        }
        unsafe _ = t30_set_tx_ident(t30, settings.shownIdentity)
        unsafe _ = t30_set_tx_page_header_info(t30, settings.shownHeader)
        unsafe _ = t30_set_ecm_capability(t30, settings.isErrorCorrectionAllowed ? 1 : 0)
        unsafe _ = t30_set_supported_modems(t30, fastestModem.mask)
        let compressions =
            T30_SUPPORT_T4_1D_COMPRESSION | T30_SUPPORT_T4_2D_COMPRESSION | T30_SUPPORT_T6_COMPRESSION
        unsafe _ = t30_set_supported_compressions(t30, Int32(clamping: compressions))
    }

    private static func attach(_ progress: FaxProgress, to t30: OpaquePointer) {
        let user = unsafe Unmanaged.passUnretained(progress).toOpaque()
        unsafe t30_set_phase_b_handler(
            t30,
            { _, user, _ in
                guard let user = unsafe user else { return Int32(clamping: T30_ERR_OK) }
                unsafe Unmanaged<FaxProgress>.fromOpaque(user).takeUnretainedValue().report(.negotiationBegan)
                return Int32(clamping: T30_ERR_OK)
            }, user)
        unsafe t30_set_phase_d_handler(
            t30,
            { _, user, _ in
                guard let user = unsafe user else { return Int32(clamping: T30_ERR_OK) }
                unsafe Unmanaged<FaxProgress>.fromOpaque(user).takeUnretainedValue().pageEnded()
                return Int32(clamping: T30_ERR_OK)
            }, user)
        unsafe t30_set_phase_e_handler(
            t30,
            { _, user, code in
                guard let user = unsafe user else { return }
                unsafe Unmanaged<FaxProgress>.fromOpaque(user).takeUnretainedValue().ended(code)
            }, user)
        unsafe t30_set_real_time_frame_handler(
            t30,
            { _, user, isReceived, bytes, length in
                guard let user = unsafe user, let bytes = unsafe bytes, length > 0 else { return }
                let progress = unsafe Unmanaged<FaxProgress>.fromOpaque(user).takeUnretainedValue()
                let frame = unsafe Span(_unsafeStart: bytes, count: Int(length))
                // The engine acts on the frame after this, in a buffer of its own. At a type that does not exist it
                // ends the call.
                if !progress.frameSeen(frame, isReceived: isReceived != 0), length >= FaxFrameScreen.headerBytes {
                    unsafe pbx_spandsp_t30_frame_blank(bytes)
                }
            }, user)
    }

    var isOverPackets: Bool { line == .packets }

    /// The first `count` samples are sound of the other end, which the engine alters.
    func soundReceived(_ samples: inout MutableSpan<Int16>, count: Int32) {
        guard line == .sound else { return }
        unsafe samples.withUnsafeMutableBufferPointer { unsafe _ = fax_rx(state, $0.baseAddress, count) }
    }

    func soundMissing(_ count: Int32) {
        guard line == .sound else { return }
        unsafe _ = fax_rx_fillin(state, count)
    }

    /// Makes sound for the other end; returns how many samples it made.
    func makeSound(into samples: inout MutableSpan<Int16>) -> Int {
        guard line == .sound else { return 0 }
        return unsafe samples.withUnsafeMutableBufferPointer {
            Int(unsafe fax_tx(state, $0.baseAddress, Int32(clamping: $0.count)))
        }
    }

    /// Takes a packet of the other end; false when it is none.
    func packetReceived(_ packet: Span<UInt8>, sequence: UInt16) -> Bool {
        core?.receive(packet, sequence: sequence) ?? true
    }

    /// Lets time pass over packets.
    func advance(samples: Int32) {
        guard line == .packets else { return }
        unsafe _ = t38_terminal_send_timeout(state, samples)
    }

    func terminate() { unsafe t30_terminate(t30) }

    /// The figures of the call, which has ended with `code`.
    func outcome(code: Int32) -> FaxOutcome {
        var statistics = t30_stats_t()
        unsafe t30_get_transfer_statistics(t30, &statistics)
        let reason = unsafe t30_completion_code_to_str(code).map { unsafe String(cString: $0) }
        let identity = unsafe t30_get_rx_ident(t30).map { unsafe String(cString: $0) }
        let pages = Int(isSender ? statistics.pages_tx : statistics.pages_rx)
        let isResolutionKnown = pages > 0 && statistics.x_resolution > 0 && statistics.y_resolution > 0
        return FaxOutcome(
            resultCode: Int(code), reason: reason ?? "", pages: pages, bitRate: Int(statistics.bit_rate),
            isErrorCorrected: statistics.error_correcting_mode != 0, remoteIdentity: identity ?? "",
            resolution: isResolutionKnown
                ? FaxOutcome.Resolution(perMetre: statistics.x_resolution, statistics.y_resolution) : nil)
    }
}
