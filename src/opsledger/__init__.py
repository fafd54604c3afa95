"""OpsLedger: from a contract term to the payment, every figure traceable."""

__version__ = "0.1.0"
