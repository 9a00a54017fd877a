"""What people do with reports. Each service is one business action, atomic and logged."""
