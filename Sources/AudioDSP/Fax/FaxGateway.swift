import CSpanDSP

/// Joins a fax that is heard in a call to one that speaks T.38: sound at 8,000 samples a second on one side, IFP
/// packets on the other (ITU-T T.38). It knows no sockets and no sequence of its own packets; time passes by the
/// samples that go in and out, so both must flow the whole time.
@safe package final class FaxGateway {
    /// What went through, as far as the gateway can tell from the frames of both sides.
    package struct Figures: Hashable, Sendable {
        /// Pages that the receiver confirmed.
        package var pages: Int
        /// Of the pages, in bits a second; 0 before it was negotiated.
        package var bitRate: Int
        /// Pages go in blocks that are repeated until they are right (T.30 Annex A).
        package var isErrorCorrected: Bool

        package init(pages: Int, bitRate: Int, isErrorCorrected: Bool) {
            self.pages = pages
            self.bitRate = bitRate
            self.isErrorCorrected = isErrorCorrected
        }
    }

    private let state: OpaquePointer
    private let core: T38Core
    private let packets = FaxPacketQueue()
    private var block = FaxAudioBlock()
    /// Packets from the network that were no IFP packets.
    package private(set) var malformedCount = 0

    /// nil when there is no memory.
    package init?(_ settings: T38Settings = T38Settings(), isErrorCorrectionAllowed: Bool = true) {
        let user = unsafe Unmanaged.passUnretained(packets).toOpaque()
        guard let state = unsafe pbx_spandsp_t38_gateway_create(FaxPacketQueue.handler, user),
            let core = unsafe t38_gateway_get_t38_core_state(state)
        else { return nil }
        unsafe self.state = state
        self.core = unsafe T38Core(core)
        self.core.apply(settings)
        unsafe t38_gateway_set_supported_modems(state, settings.fastestModem.mask)
        unsafe t38_gateway_set_ecm_capability(state, isErrorCorrectionAllowed ? 1 : 0)
        unsafe t38_gateway_set_fill_bit_removal(state, settings.isFillRemoved ? 1 : 0)
    }

    deinit { unsafe _ = t38_gateway_free(state) }

    /// Sound of the fax in the call.
    package func audioReceived(_ samples: Span<Int16>) {
        block.forEach(of: samples) { block, count in
            unsafe block.withUnsafeMutableBufferPointer { unsafe _ = t38_gateway_rx(state, $0.baseAddress, count) }
        }
    }

    /// So many samples were lost on the way; modems are told to go on as if they had been heard.
    package func audioMissing(_ count: Int) {
        FaxAudioBlock.forEachLength(of: count) { unsafe _ = t38_gateway_rx_fillin(state, $0) }
    }

    /// The next samples for the fax in the call. The rest, while nothing is sent, is silence.
    ///
    /// - Returns: how many samples are not silence.
    package func makeAudio(into samples: inout MutableSpan<Int16>) -> Int {
        let made = unsafe samples.withUnsafeMutableBufferPointer {
            unsafe t38_gateway_tx(state, $0.baseAddress, Int32(clamping: $0.count))
        }
        return FaxAudioBlock.silence(&samples, after: Int(made))
    }

    /// An IFP packet from the network; `sequence` is that of the datagram that carried it as its primary packet.
    /// Packets that were repeated or come too late are left out.
    package func packetReceived(_ packet: Span<UInt8>, sequence: UInt16) {
        if !core.receive(packet, sequence: sequence) { malformedCount += 1 }
    }

    /// Hands over the oldest packet to be sent and how many copies of its datagram: those that must not be lost are
    /// repeated. Packets come up while sound is received.
    ///
    /// - Returns: false when there is none.
    package func nextPacket(_ body: (Span<UInt8>, _ copies: Int) -> Void) -> Bool { packets.next(body) }

    /// Packets that found no room because nobody fetched them.
    package var droppedCount: Int { packets.droppedCount }

    /// What went through so far.
    package var figures: Figures {
        var figures = t38_stats_t()
        unsafe t38_gateway_get_transfer_statistics(state, &figures)
        return Figures(
            pages: Int(figures.pages_transferred), bitRate: Int(figures.bit_rate),
            isErrorCorrected: figures.error_correcting_mode != 0)
    }
}
