const stats = "wss://push.werbenetz.example/v1"; const half = "wss://" + location.host; const other = `wss://${zone}.konferix.example/ws`;
