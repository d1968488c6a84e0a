"""Cases: complaints, questions, requests, risks and care."""
