import MediaControl
import PhoneApp
import Testing

@Suite struct TransferTests {
    /// Phone 1 talks with phone 2 (line 1).
    private func talking(_ phones: Int) -> PhoneNetwork {
        let network = PhoneNetwork(phones)
        network.order(1, .call(PhoneNetwork.uri(2), account: nil))
        network.order(2, .answer(nil))
        return network
    }

    @Test func aBlindTransferLeavesTheOtherTwoTalking() {
        let network = talking(3)
        network.order(1, .transfer(nil, to: PhoneNetwork.uri(3)))
        #expect(network.line(3, 1)?.state == .incoming)
        #expect(network.told(1).contains(.transferring(LineNumber(1), status: 180)))
        network.order(3, .answer(nil))
        #expect(network.end(1, 1) == .transferred)
        #expect(network.line(2, 2)?.state == .active)
        #expect(network.line(3, 1)?.state == .active)
        #expect(network.line(2, 1) == nil)
    }

    @Test func aFailedTransferLeavesTheCallWhereItWas() {
        let network = talking(3)
        network.order(1, .transfer(nil, to: PhoneNetwork.uri(3)))
        network.order(3, .decline(nil))
        #expect(network.told(1).contains(.transferring(LineNumber(1), status: 486)))
        #expect(network.line(1, 1) != nil)
        #expect(network.failures(1).count == 1)
        // It was held for the other call, and is there to go on with.
        network.order(2, .resume(LineNumber(1)))
        #expect(network.line(2, 1)?.state == .active)
    }

    @Test func anAttendedTransferTakesTheConsultedCallsPlace() {
        let network = talking(3)
        network.order(1, .call(PhoneNetwork.uri(3), account: nil))
        network.order(3, .answer(nil))
        #expect(network.line(1, 1)?.state == .held)
        network.order(1, .connect(LineNumber(1), LineNumber(2)))
        #expect(network.end(1, 1) == .transferred)
        #expect(network.end(1, 2) == .there)
        #expect(network.end(3, 1) == .transferred)
        #expect(network.line(2, 2)?.state == .active)
        #expect(network.line(3, 2)?.state == .active)
        #expect(network.line(2, 2)?.isHeldByPeer == false)
    }

    @Test func onlyAnsweredCallsAreTransferred() {
        let network = PhoneNetwork(3)
        network.order(1, .call(PhoneNetwork.uri(2), account: nil))
        network.order(1, .transfer(nil, to: PhoneNetwork.uri(3)))
        network.order(1, .connect(LineNumber(1), LineNumber(7)))
        #expect(network.failures(1).count == 2)
        #expect(network.line(1, 1)?.state == .ringing)
    }

    @Test func threePartiesHearEachOther() throws {
        let network = talking(3)
        network.order(1, .call(PhoneNetwork.uri(3), account: nil))
        network.order(3, .answer(nil))
        network.order(1, .join([]))
        let rooms = network.plans(1).values.map { $0.seat?.room }
        #expect(rooms.count == 2 && Set(rooms).count == 1)
        #expect(rooms.first ?? nil != nil)
        #expect(network.line(1, 1)?.isInConference == true && network.line(1, 2)?.isInConference == true)
        #expect(network.line(2, 1)?.isHeldByPeer == false && network.line(3, 1)?.isHeldByPeer == false)
    }

    @Test func aConferenceIsTakenApart() {
        let network = talking(3)
        network.order(1, .call(PhoneNetwork.uri(3), account: nil))
        network.order(3, .answer(nil))
        network.order(1, .join([]))
        network.order(1, .split)
        let states = [network.line(1, 1)?.state, network.line(1, 2)?.state]
        #expect(states == [.active, .held])
        #expect(network.line(1, 1)?.isInConference == false && network.line(1, 2)?.isInConference == false)
        let seats = network.plans(1).values.compactMap(\.seat)
        #expect(seats.count == 1)
    }

    @Test func whoLeavesAConferenceLeavesTheOthersTalking() {
        let network = talking(3)
        network.order(1, .call(PhoneNetwork.uri(3), account: nil))
        network.order(3, .answer(nil))
        network.order(1, .join([]))
        network.order(2, .hangUp(nil))
        #expect(network.end(1, 1) == .there)
        #expect(network.line(1, 2)?.state == .active)
        #expect(network.line(1, 2)?.isInConference == false)
    }
}
