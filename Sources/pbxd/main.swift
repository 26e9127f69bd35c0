import PBXServer

await DaemonCommand.start()
