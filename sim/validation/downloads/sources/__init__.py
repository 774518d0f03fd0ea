"""Who publishes what is read, one module a publisher or form: its columns, and its rows under the model's names."""
