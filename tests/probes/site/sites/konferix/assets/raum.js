const config={"socket":"wss:\/\/signal.konferix.example\/ws","iceServers":[{urls:["stun:stun.konferix.example:3478","turns:relay.konferix.example:443?transport=tcp","stun:stun.andere-firma.example:19302"]}]};
const turn = "turn:left";
