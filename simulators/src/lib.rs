//! Meters that speak MQTT.
